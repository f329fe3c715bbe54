namespace QwenCode.Models.Requests;

/// <summary>What the body of an answer is.</summary>
internal enum AnswerKind
{
    /// <summary>Too little has come to tell.</summary>
    Unknown,

    /// <summary>Server-sent events.</summary>
    Events,

    /// <summary>JSON: one answer, or a chunk on each line.</summary>
    Json,

    /// <summary>A web page.</summary>
    WebPage,

    /// <summary>Other text.</summary>
    Text,
}
