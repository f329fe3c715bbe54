namespace QwenCode.Plugins.McMaster;

/// <summary>A file of a package, as <c>.deps.json</c> lists it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Package">The package's id.</param>
/// <param name="Version">The package's version.</param>
/// <param name="Path">Where it is below the package's folder, with forward slashes.</param>
internal sealed record PackageFile(PackageFileKind Kind, string Package, string Version, string Path);
