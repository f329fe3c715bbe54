namespace QwenCode.Models.OpenAI;

/// <summary>How earlier thoughts are sent.</summary>
internal enum ThoughtForm
{
    /// <summary>Where there are some.</summary>
    Echoed,

    /// <summary>With every answer that calls tools, also where none were kept: some thinking models insist.</summary>
    Required,

    /// <summary>Never: some servers know no such member.</summary>
    Omitted,
}
