using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using QwenCode.Plugins.SemanticKernel;

namespace QwenCode.Plugins.Manifests;

/// <summary>What a manifest depends on beside the plugin's assembly: which assemblies lie beside it, and what its prompts say.</summary>
internal static class FolderInputs
{
    /// <summary>Returns a hash that changes when any of it does. Assemblies are not opened, prompts are.</summary>
    public static string Of(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var assemblies = Directory.GetFiles(folder, "*.dll");
        Array.Sort(assemblies, StringComparer.Ordinal);
        foreach (var path in assemblies)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(path)}\n{new FileInfo(path).Length}\n")));
        }

        foreach (var prompt in PromptFolders.FindFiles(folder))
        {
            Append(hash, folder, prompt);
            if (PromptFolders.FindConfiguration(prompt) is { } configuration)
            {
                Append(hash, folder, configuration);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, string folder, string path)
    {
        hash.AppendData(Encoding.UTF8.GetBytes(Path.GetRelativePath(folder, path).Replace('\\', '/') + "\n"));
        hash.AppendData(File.ReadAllBytes(path));
    }
}
