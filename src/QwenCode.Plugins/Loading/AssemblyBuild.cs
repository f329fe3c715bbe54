using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace QwenCode.Plugins.Loading;

/// <summary>Which build of an assembly a file is. Compiling one ahead of time changes its bytes and neither of these.</summary>
/// <param name="Version">The assembly's version.</param>
/// <param name="Mvid">The module's id.</param>
internal sealed record AssemblyBuild(Version Version, Guid Mvid)
{
    /// <summary>Reads it from a file, without loading that.</summary>
    /// <returns><c>null</c> if there is no such file, or it is no assembly.</returns>
    public static AssemblyBuild? Find(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var image = new PEReader(file);
            var reader = image.HasMetadata ? image.GetMetadataReader() : null;
            return reader is { IsAssembly: true }
                ? new(reader.GetAssemblyDefinition().Version, reader.GetGuid(reader.GetModuleDefinition().Mvid))
                : null;
        }
        catch (Exception exception) when (exception is BadImageFormatException or IOException or UnauthorizedAccessException)
        {
            // What is wrong with it is said when it is loaded.
            return null;
        }
    }
}
