using QwenCode.Plugins.Discovery;
using QwenCode.Plugins.Reports;

namespace QwenCode.Plugins.Loading;

/// <summary>
/// Copies of plugin folders that are loaded instead of the folders themselves: the originals are never locked or mapped, so they
/// can be overwritten at any time, and a generation finds its late-loaded files as they were when it began.
/// </summary>
internal static class ShadowCopy
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(7);

    /// <summary>Gives the copy of a folder in the state of a stamp; made once, and kept from run to run.</summary>
    /// <exception cref="PluginFaultException">The folder changed meanwhile, or could not be copied.</exception>
    public static string Make(string folder, FolderStamp stamp, string cacheDirectory, TimeProvider time)
    {
        var home = Path.Combine(cacheDirectory, "copies");
        var copy = Path.Combine(home, $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))}-{KeyOf(folder)}-{stamp}");
        try
        {
            if (!Directory.Exists(copy))
            {
                Directory.CreateDirectory(home);
                Create(folder, stamp, copy);
            }

            Directory.SetLastWriteTimeUtc(copy, time.GetUtcNow().UtcDateTime);
            DeleteOld(home, time);
            return copy;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PluginFaultException(
                new(PluginFaultReason.Unreadable, folder, $"It could not be copied to {home}: {exception.Message}", "Check the rights and the space on the disk."), exception);
        }
    }

    /// <summary>Two folders of the same name and content are still two plugins.</summary>
    public static string KeyOf(string folder)
    {
        var hash = 2166136261u;
        foreach (var c in folder)
        {
            hash = (hash ^ c) * 16777619;
        }

        return hash.ToString("x8", System.Globalization.CultureInfo.InvariantCulture);
    }

    private static void Create(string folder, FolderStamp stamp, string copy)
    {
        var temporary = $"{copy}.{Guid.NewGuid():N}.tmp";
        try
        {
            Copy(new DirectoryInfo(folder), temporary, depth: 0);
            if (FolderStamp.Of(folder) != stamp)
            {
                throw new PluginFaultException(new(PluginFaultReason.Changing, folder, "Its files are being replaced right now.", "Call it again in the next turn."));
            }

            // Whole or not at all; another process may have been faster, and then its copy is as good.
            if (!Directory.Exists(copy))
            {
                Directory.Move(temporary, copy);
            }
        }
        catch (IOException) when (Directory.Exists(copy))
        {
            // Lost the race for the same content.
        }
        finally
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }
        }
    }

    private static void Copy(DirectoryInfo source, string target, int depth)
    {
        Directory.CreateDirectory(target);
        foreach (var file in source.EnumerateFiles())
        {
            file.CopyTo(Path.Combine(target, file.Name));
        }

        if (depth < 6)
        {
            foreach (var directory in source.EnumerateDirectories())
            {
                Copy(directory, Path.Combine(target, directory.Name), depth + 1);
            }
        }
    }

    private static void DeleteOld(string home, TimeProvider time)
    {
        var limit = time.GetUtcNow().UtcDateTime - MaxAge;
        foreach (var directory in Directory.EnumerateDirectories(home))
        {
            try
            {
                if (Directory.GetLastWriteTimeUtc(directory) < limit)
                {
                    Directory.Delete(directory, recursive: true);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Still loaded by another process (Windows keeps such files), or already deleted by one; the next run tries again.
            }
        }
    }
}
