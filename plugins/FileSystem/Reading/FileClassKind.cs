namespace QwenCode.Plugin.FileSystem.Reading;

/// <summary>How a file is shown to a model.</summary>
internal enum FileClassKind
{
    /// <summary>As lines.</summary>
    Text,

    /// <summary>Not at all.</summary>
    Binary,

    /// <summary>As the text it is written in.</summary>
    Svg,

    /// <summary>As the cells of a notebook.</summary>
    Notebook,

    /// <summary>As a picture.</summary>
    Image,

    /// <summary>As sound.</summary>
    Audio,

    /// <summary>As moving pictures.</summary>
    Video,

    /// <summary>As a document.</summary>
    Pdf,
}
