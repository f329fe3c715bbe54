using System.Text;

namespace QwenCode.Plugin.FileSystem.Text;

/// <summary>Characters that are torn in two, as a cut answer of a model may hold them.</summary>
internal static class Surrogates
{
    /// <summary>Says whether every surrogate has its partner.</summary>
    public static bool IsWellFormed(this string text)
    {
        for (ReadOnlySpan<char> rest = text; !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var length) is not System.Buffers.OperationStatus.Done)
            {
                return false;
            }

            rest = rest[length..];
        }

        return true;
    }

    /// <summary>Puts U+FFFD in the place of surrogates without a partner.</summary>
    public static string WithoutLoneSurrogates(this string text) => string.Concat(text.EnumerateRunes());
}
