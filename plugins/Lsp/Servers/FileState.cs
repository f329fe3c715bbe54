namespace QwenCode.Plugin.Lsp.Servers;

/// <summary>What distinguishes a changed file from an unchanged one without reading it.</summary>
internal sealed record FileState(long Length, DateTime Written)
{
    public static FileState? Of(string path)
    {
        var info = new FileInfo(path);
        return info.Exists ? new FileState(info.Length, info.LastWriteTimeUtc) : null;
    }
}
