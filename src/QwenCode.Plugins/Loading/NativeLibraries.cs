using System.Runtime.InteropServices;

namespace QwenCode.Plugins.Loading;

/// <summary>Where a plugin's native libraries may lie.</summary>
internal static class NativeLibraries
{
    /// <summary>Returns the paths to try, best first: beside the assembly, then by platform from the nearest to the widest.</summary>
    public static IEnumerable<string> Candidates(string folder, string name)
    {
        var spellings = Spellings(name).ToArray();
        foreach (var directory in Platforms().Select(platform => Path.Combine(folder, "runtimes", platform, "native")).Prepend(folder))
        {
            foreach (var spelling in spellings)
            {
                yield return Path.Combine(directory, spelling);
            }
        }
    }

    private static IEnumerable<string> Spellings(string name)
    {
        var (prefix, suffix) = OperatingSystem.IsWindows() ? (string.Empty, ".dll") : ("lib", OperatingSystem.IsMacOS() ? ".dylib" : ".so");
        if (name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
        {
            yield return name;
            yield return prefix + name;
            yield break;
        }

        yield return prefix + name + suffix;
        yield return name + suffix;
        yield return name;
    }

    private static IEnumerable<string> Platforms()
    {
        var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        var architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        return new[] { RuntimeInformation.RuntimeIdentifier, $"{system}-{architecture}", system, OperatingSystem.IsWindows()
            ? "any" : "unix", "any" }.Distinct();
    }
}
