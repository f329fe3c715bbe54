namespace QwenCode.Models.Requests;

/// <summary>Tells from the first bytes of a body what it is.</summary>
internal static class AnswerForm
{
    private static readonly byte[][] Fields =
        ["data:"u8.ToArray(), "event:"u8.ToArray(), "error:"u8.ToArray(), "id:"u8.ToArray(), "retry:"u8.ToArray()];

    /// <summary>Judges the first bytes.</summary>
    /// <param name="first">What has come so far.</param>
    /// <param name="isEvents">Whether text that is nothing else may be junk before events, because events were announced.</param>
    public static AnswerKind Of(ReadOnlySpan<byte> first, bool isEvents)
    {
        first = first.StartsWith("\uFEFF"u8) ? first[3..] : first;
        first = first.TrimStart(" \r\n\t"u8);
        if (first.IsEmpty)
        {
            return AnswerKind.Unknown;
        }

        switch (first[0])
        {
            case (byte)'{' or (byte)'[':
                return AnswerKind.Json;
            case (byte)'<':
                return AnswerKind.WebPage;
            case (byte)':':
                return AnswerKind.Events;
        }

        foreach (var field in Fields)
        {
            if (first.StartsWith(field))
            {
                return AnswerKind.Events;
            }

            if (field.AsSpan().StartsWith(first))
            {
                return AnswerKind.Unknown;
            }
        }

        return isEvents ? AnswerKind.Events : AnswerKind.Text;
    }
}
