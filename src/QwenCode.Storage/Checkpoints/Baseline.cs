using System.Security.Cryptography;
using System.Text;
using QwenCode.Platform.Files;

namespace QwenCode.Storage.Checkpoints;

/// <summary>
/// The workspace as it was last seen, with a copy of its files: a command overwrites files without saying which, so what is to be
/// brought back must be there before. The copies lie in one file that only grows (creating ten thousand files takes ten times as long),
/// and is written anew when half of it is dead.
/// </summary>
/// <remarks>
/// The index is replaced whole, after what it refers to. A kill in between leaves the index before, and its files are seen as changed
/// once more. An index that is not whole is thrown away, as is one of another version: it can be made anew.
/// </remarks>
internal sealed class Baseline : IDisposable
{
    private const uint Magic = 0x51574231;
    private const long SmallPack = 64L << 20;

    private readonly string _directory;
    private FileStream? _pack;
    private string _packName = string.Empty;
    private FileStamp _seen;

    /// <summary>Creates an empty baseline; reads nothing.</summary>
    /// <param name="directory">Where its files lie.</param>
    public Baseline(string directory) => _directory = directory;

    /// <summary>Gets the entries by their absolute path.</summary>
    public Dictionary<string, BaselineEntry> Entries { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>Gets how many bytes of the pack are in use.</summary>
    public long LiveBytes { get; private set; }

    private string IndexPath => Path.Combine(_directory, "index");

    /// <summary>Reads the index if another process, or this one in an earlier life, has written it.</summary>
    /// <returns>Whether it was read anew.</returns>
    public bool Refresh()
    {
        var stamp = FileStamp.Of(IndexPath);
        if (stamp == _seen && _pack is not null)
        {
            return false;
        }

        _pack?.Dispose();
        (_pack, _packName, _seen) = (null, string.Empty, stamp);
        Entries = new Dictionary<string, BaselineEntry>(StringComparer.Ordinal);
        if (stamp.Kind is not EntryKind.File || !TryRead(File.ReadAllBytes(IndexPath)) || !OpenPack(_packName, FileMode.Open))
        {
            Entries.Clear();
            OpenPack($"pack-{Guid.NewGuid():N}", FileMode.CreateNew);
        }

        LiveBytes = 0;
        foreach (var entry in Entries.Values)
        {
            LiveBytes += entry.Offset < 0 ? 0 : entry.Length;
        }

        return true;
    }

    /// <summary>Puts an entry in the place of another one.</summary>
    public void Set(string path, BaselineEntry entry)
    {
        Forget(path);
        Entries[path] = entry;
        LiveBytes += entry.Offset < 0 ? 0 : entry.Length;
    }

    /// <summary>Takes an entry out.</summary>
    public void Forget(string path)
    {
        if (Entries.Remove(path, out var old))
        {
            LiveBytes -= old.Offset < 0 ? 0 : old.Length;
        }
    }

    /// <summary>Appends a content and returns where it lies.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public long Append(ReadOnlySpan<byte> content)
    {
        _pack!.Seek(0, SeekOrigin.End);
        var offset = _pack.Position;
        _pack.Write(content);
        return offset;
    }

    /// <summary>Reads a content back; <c>null</c> if it is damaged.</summary>
    public byte[]? Read(BaselineEntry entry)
    {
        if (entry.Offset < 0)
        {
            return null;
        }

        _pack!.Flush();
        var content = new byte[entry.Length];
        var filled = 0;
        while (filled < content.Length
            && RandomAccess.Read(_pack.SafeFileHandle, content.AsSpan(filled), entry.Offset + filled) is > 0 and var read)
        {
            filled += read;
        }

        return filled == content.Length && ContentHash.Of(content) == entry.Hash ? content : null;
    }

    /// <summary>Writes the index.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save()
    {
        if (_pack!.Length > SmallPack && _pack.Length > LiveBytes * 2)
        {
            Compact();
        }

        _pack.Flush();
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, Encoding.UTF8, leaveOpen: true))
        {
            Write(writer);
        }

        var content = bytes.GetBuffer().AsSpan(0, (int)bytes.Length);
        using (var draft = FileDraft.Create(IndexPath, UnixFileMode.UserRead | UnixFileMode.UserWrite))
        {
            draft.Write(content);
            draft.Write(SHA256.HashData(content));
            draft.Commit();
        }

        _seen = FileStamp.Of(IndexPath);
        foreach (var old in Directory.EnumerateFiles(_directory, "pack-*"))
        {
            if (Path.GetFileName(old) != _packName)
            {
                File.Delete(old);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _pack?.Dispose();

    private bool OpenPack(string name, FileMode mode)
    {
        try
        {
            var options = new FileStreamOptions
            {
                Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 256 * 1024,
            };
            if (!OperatingSystem.IsWindows() && mode is FileMode.CreateNew)
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            (_pack, _packName) = (new FileStream(Path.Combine(_directory, name), options), name);
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    private void Compact()
    {
        var old = _pack!;
        old.Flush();
        OpenPack($"pack-{Guid.NewGuid():N}", FileMode.CreateNew);
        using (old)
        {
            var buffer = new byte[64 * 1024];
            foreach (var entry in Entries.Values.Where(static entry => entry.Offset >= 0).OrderBy(static entry => entry.Offset))
            {
                old.Position = entry.Offset;
                entry.Offset = _pack!.Position;
                for (var left = entry.Length; left > 0;)
                {
                    var read = old.Read(buffer, 0, Math.Min(left, buffer.Length));
                    if (read == 0)
                    {
                        break;
                    }

                    _pack.Write(buffer, 0, read);
                    left -= read;
                }
            }
        }
    }

    private void Write(BinaryWriter writer)
    {
        writer.Write(Magic);
        writer.Write(_packName);
        writer.Write(Entries.Count);
        foreach (var (path, entry) in Entries)
        {
            writer.Write(path);
            writer.Write((byte)entry.Stamp.Kind);
            writer.Write(entry.Stamp.Mode);
            writer.Write(entry.Stamp.Size);
            writer.Write(entry.Stamp.Modified);
            writer.Write(entry.Stamp.Changed);
            writer.Write(entry.Stamp.Inode);
            writer.Write(entry.IsRecent);
            writer.Write(entry.Offset);
            writer.Write(entry.Length);
            writer.Write(entry.Text ?? string.Empty);
            var value = entry.Hash?.Value ?? UInt128.Zero;
            writer.Write((ulong)(value >> 64));
            writer.Write((ulong)value);
        }
    }

    private bool TryRead(byte[] bytes)
    {
        var length = bytes.Length - SHA256.HashSizeInBytes;
        if (length < 8 || !bytes.AsSpan(length).SequenceEqual(SHA256.HashData(bytes.AsSpan(0, length))))
        {
            return false;
        }

        using var reader = new BinaryReader(new MemoryStream(bytes, 0, length), Encoding.UTF8);
        if (reader.ReadUInt32() != Magic)
        {
            return false;
        }

        _packName = reader.ReadString();
        var count = reader.ReadInt32();
        Entries.EnsureCapacity(count);
        for (var i = 0; i < count; i++)
        {
            var path = reader.ReadString();
            var entry = new BaselineEntry
            {
                Stamp = new FileStamp((EntryKind)reader.ReadByte(), reader.ReadInt32(), reader.ReadInt64(), reader.ReadInt64(),
                    reader.ReadInt64(), reader.ReadUInt64()),
                IsRecent = reader.ReadBoolean(),
                Offset = reader.ReadInt64(),
                Length = reader.ReadInt32(),
                Text = reader.ReadString() is { Length: > 0 } text ? text : null,
            };
            var hash = new UInt128(reader.ReadUInt64(), reader.ReadUInt64());
            entry.Hash = hash == UInt128.Zero ? null : new ContentHash(hash);
            Entries[path] = entry;
        }

        return true;
    }
}
