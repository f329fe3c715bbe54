namespace QwenCode.Plugins.McMaster;

/// <summary>What a file of a package is.</summary>
internal enum PackageFileKind
{
    /// <summary>A .NET assembly.</summary>
    Managed,

    /// <summary>A native library.</summary>
    Native,

    /// <summary>A satellite assembly with resources of one culture.</summary>
    Satellite,
}
