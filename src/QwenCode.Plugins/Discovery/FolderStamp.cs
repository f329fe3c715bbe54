using System.IO.Enumeration;

namespace QwenCode.Plugins.Discovery;

/// <summary>A short value that changes when any file of a folder does. Made of names, lengths and times; no file is opened.</summary>
/// <param name="Value">The value; the same on every machine and in every process for the same names, lengths and times.</param>
internal readonly record struct FolderStamp(ulong Value)
{
    // Deep enough for runtimes/<rid>/native, and the end of a link that points to its own parent.
    private static readonly EnumerationOptions Everything =
        new() { RecurseSubdirectories = true, MaxRecursionDepth = 6, AttributesToSkip = 0, IgnoreInaccessible = true };

    public static FolderStamp Of(string folder)
    {
        ulong sum = 0;
        foreach (var entry in new FileSystemEnumerable<ulong>(folder, Transform, Everything))
        {
            // A sum, because the order of a directory's entries means nothing.
            sum += entry;
        }

        return new(sum);
    }

    public override string ToString() => Value.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);

    private static ulong Transform(ref FileSystemEntry entry)
    {
        const ulong offset = 14695981039346656037;
        var hash = Add(Add(offset, entry.Directory[entry.RootDirectory.Length..]), entry.FileName);
        return entry.IsDirectory ? hash : Mix(Mix(hash, (ulong)entry.Length), (ulong)entry.LastWriteTimeUtc.UtcTicks);
    }

    private static ulong Add(ulong hash, ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            hash = Mix(hash, c);
        }

        return Mix(hash, '/');
    }

    // FNV-1a over whole words, with the high half folded in so that sums of similar entries do not cancel out.
    private static ulong Mix(ulong hash, ulong value)
    {
        hash = (hash ^ value) * 1099511628211;
        return hash ^ (hash >> 29);
    }
}
