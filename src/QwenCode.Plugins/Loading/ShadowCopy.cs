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

    /// <summary>Returns the copy of a folder in the state of a stamp, under a lease; made once, and kept from run to run.</summary>
    /// <exception cref="PluginFaultException">The folder changed meanwhile, or could not be copied.</exception>
    public static CopyLease Make(string folder, FolderStamp stamp, string cacheDirectory, TimeProvider time)
    {
        var home = Path.Combine(cacheDirectory, "copies");
        var prefix = $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))}-{KeyOf(folder)}-";
        CopyLease? lease = null;
        try
        {
            Directory.CreateDirectory(home);
            var copy = Path.Combine(home, prefix + stamp);
            // A copy that another process deletes at this moment is replaced by one that is ours alone.
            lease = CopyLease.TryTake(copy)
                ?? CopyLease.TryTake($"{copy}-{Guid.NewGuid():N}")
                ?? throw new IOException($"The copy {copy} cannot be locked.");
            if (!Directory.Exists(lease.Folder))
            {
                Create(folder, stamp, lease.Folder);
            }

            Directory.SetLastWriteTimeUtc(lease.Folder, time.GetUtcNow().UtcDateTime);
            DeleteOld(home, prefix, lease.Folder, time);
            return lease;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            lease?.Discard();
            throw new PluginFaultException(
                new(PluginFaultReason.Unreadable, folder, $"It could not be copied to {home}: {exception.Message}",
                    "Check the rights and the space on the disk."), exception);
        }
        catch (PluginFaultException)
        {
            lease?.Discard();
            throw;
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
                throw new PluginFaultException(
                    new(PluginFaultReason.Changing, folder, "Its files are being replaced right now.", "Call it again in the next turn."));
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

    // Deletes what earlier states of the folder left behind, and what no run has used for long. What is in use stays.
    private static void DeleteOld(string home, string prefix, string current, TimeProvider time)
    {
        var limit = time.GetUtcNow().UtcDateTime - MaxAge;
        foreach (var directory in Directory.EnumerateDirectories(home))
        {
            var name = Path.GetFileName(directory);
            try
            {
                if (name.EndsWith(CopyLease.DoomedSuffix, StringComparison.Ordinal))
                {
                    Directory.Delete(directory, recursive: true);
                }
                else if (directory != current && (IsCopyOf(name, prefix) || Directory.GetLastWriteTimeUtc(directory) < limit))
                {
                    CopyLease.TryDelete(directory);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Still mapped (Windows keeps such files), or already deleted by another process; the next run tries again.
            }
        }
    }

    // One that is still being made, by another process as well, has a longer name that ends in .tmp.
    private static bool IsCopyOf(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal) && !name.EndsWith(".tmp", StringComparison.Ordinal);
}
