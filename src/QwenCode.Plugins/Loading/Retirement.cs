namespace QwenCode.Plugins.Loading;

/// <summary>Why a generation ends.</summary>
internal enum Retirement
{
    /// <summary>The host ends; the files it loaded from are kept for the next run.</summary>
    HostEnds,

    /// <summary>Its folder changed or is gone; nothing loads these files again.</summary>
    Superseded,
}
