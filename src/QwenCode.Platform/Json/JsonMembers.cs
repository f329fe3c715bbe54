using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace QwenCode.Platform.Json;

/// <summary>
/// Reads members of JSON that need not be what it should be: what is missing or of another kind is <c>null</c> or empty, and nothing here
/// throws. Half a surrogate pair in a string, at which the framework's reader throws, is read as it stands.
/// </summary>
public static class JsonMembers
{
    /// <summary>Returns a member; an undefined element if there is none, or the value is no object.</summary>
    /// <param name="json">The object, or anything else.</param>
    /// <param name="name">The member.</param>
    public static JsonElement Member(this JsonElement json, string name) => json.Member(Encoding.UTF8.GetBytes(name));

    /// <inheritdoc cref="Member(JsonElement, string)"/>
    public static JsonElement Member(this JsonElement json, ReadOnlySpan<byte> name)
    {
        if (json.ValueKind is not JsonValueKind.Object)
        {
            return default;
        }

        try
        {
            return json.TryGetProperty(name, out var value) ? value : default;
        }
        catch (InvalidOperationException)
        {
            return FindAmongBroken(json, name);
        }
    }

    /// <summary>Finds a member.</summary>
    /// <param name="json">The object, or anything else.</param>
    /// <param name="name">The member.</param>
    /// <param name="value">The member; undefined if there is none.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TryMember(this JsonElement json, string name, out JsonElement value)
    {
        value = json.Member(name);
        return value.ValueKind is not JsonValueKind.Undefined;
    }

    /// <summary>Returns a member that is a string, or <c>null</c>.</summary>
    /// <param name="json">The object, or anything else.</param>
    /// <param name="name">The member.</param>
    public static string? Text(this JsonElement json, string name) => AsText(json.Member(name));

    /// <inheritdoc cref="Text(JsonElement, string)"/>
    public static string? Text(this JsonElement json, ReadOnlySpan<byte> name) => AsText(json.Member(name));

    /// <summary>Returns a member that is a number, or <c>null</c>.</summary>
    /// <param name="json">The object, or anything else.</param>
    /// <param name="name">The member.</param>
    public static double? Number(this JsonElement json, string name) => AsNumber(json.Member(name));

    /// <summary>Returns a member that is a number, without its fraction, or <c>null</c>.</summary>
    /// <param name="json">The object, or anything else.</param>
    /// <param name="name">The member.</param>
    public static long? Whole(this JsonElement json, string name) => (long?)AsNumber(json.Member(name));

    /// <inheritdoc cref="Whole(JsonElement, string)"/>
    public static long? Whole(this JsonElement json, ReadOnlySpan<byte> name) => (long?)AsNumber(json.Member(name));

    /// <summary>Returns whether a member is <c>true</c>.</summary>
    /// <param name="json">The object, or anything else.</param>
    /// <param name="name">The member.</param>
    public static bool IsTrue(this JsonElement json, string name) => json.Member(name).ValueKind is JsonValueKind.True;

    /// <inheritdoc cref="IsTrue(JsonElement, string)"/>
    public static bool IsTrue(this JsonElement json, ReadOnlySpan<byte> name) => json.Member(name).ValueKind is JsonValueKind.True;

    /// <summary>Returns a member that is an object, or <c>null</c>.</summary>
    /// <param name="json">The object, or anything else.</param>
    /// <param name="name">The member.</param>
    public static JsonElement? Object(this JsonElement json, ReadOnlySpan<byte> name) =>
        json.Member(name) is { ValueKind: JsonValueKind.Object } value ? value : null;

    /// <summary>Returns a member that is an array, or <c>null</c>.</summary>
    /// <param name="json">The object, or anything else.</param>
    /// <param name="name">The member.</param>
    public static JsonElement? Array(this JsonElement json, ReadOnlySpan<byte> name) =>
        json.Member(name) is { ValueKind: JsonValueKind.Array } value ? value : null;

    /// <summary>Returns the text of an element that is a string.</summary>
    /// <param name="json">The string.</param>
    public static string Text(this JsonElement json)
    {
        try
        {
            return json.GetString() ?? string.Empty;
        }
        catch (InvalidOperationException)
        {
            return Unescape(JsonMarshal.GetRawUtf8Value(json)[1..^1]);
        }
    }

    /// <summary>Returns the name of a member, also one that is not well-formed.</summary>
    /// <param name="member">The member.</param>
    public static string NameText(this JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return Unescape(JsonMarshal.GetRawUtf8PropertyName(member));
        }
    }

    /// <summary>Takes the escapes out of the inside of a JSON string, also one that is cut or not well-formed.</summary>
    /// <param name="inside">The bytes between the quotes.</param>
    /// <param name="longest">How many characters are wanted.</param>
    public static string Unescape(ReadOnlySpan<byte> inside, int longest = int.MaxValue)
    {
        var raw = Encoding.UTF8.GetString(inside);
        var text = new StringBuilder();
        for (var i = 0; i < raw.Length && text.Length < longest; i++)
        {
            if (raw[i] is not '\\')
            {
                text.Append(raw[i]);
            }
            else if (++i < raw.Length)
            {
                switch (raw[i])
                {
                    case 'n': text.Append('\n'); break;
                    case 't': text.Append('\t'); break;
                    case 'r': text.Append('\r'); break;
                    case 'b': text.Append('\b'); break;
                    case 'f': text.Append('\f'); break;
                    case 'u' when i + 4 < raw.Length && ushort.TryParse(
                        raw.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit):
                        text.Append((char)unit);
                        i += 4;
                        break;
                    case 'u': break;
                    default: text.Append(raw[i]); break;
                }
            }
        }

        return text.ToString();
    }

    // Another member's name holds half a surrogate pair, at which a search by name throws.
    private static JsonElement FindAmongBroken(JsonElement json, ReadOnlySpan<byte> name)
    {
        JsonElement found = default;
        foreach (var member in json.EnumerateObject())
        {
            try
            {
                found = member.NameEquals(name) ? member.Value : found;
            }
            catch (InvalidOperationException)
            {
                // It is not the one that is looked for, whose name is sound.
            }
        }

        return found;
    }

    private static string? AsText(JsonElement value) => value.ValueKind is JsonValueKind.String ? value.Text() : null;

    private static double? AsNumber(JsonElement value) =>
        value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out var number) ? number : null;
}
