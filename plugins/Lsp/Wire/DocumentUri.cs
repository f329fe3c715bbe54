namespace QwenCode.Plugin.Lsp.Wire;

/// <summary>
/// Paths as the protocol writes them. By hand: <see cref="Uri"/> reads a percent sign or a hash in a path as something else.
/// </summary>
internal static class DocumentUri
{
    private const string Scheme = "file://";

    public static string FromPath(string path)
    {
        var slashed = OperatingSystem.IsWindows() ? "/" + path.Replace('\\', '/') : path;
        return Scheme + string.Join('/', slashed.Split('/').Select(Uri.EscapeDataString));
    }

    /// <summary>Returns the path of a file; <c>null</c> for what is no file, such as a class inside an archive.</summary>
    public static string? ToPath(string uri)
    {
        if (!uri.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var rest = uri.AsSpan(Scheme.Length);
        var root = rest.IndexOf('/');
        if (root < 0)
        {
            return null;
        }

        var path = Uri.UnescapeDataString(rest[root..].ToString());
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        return OperatingSystem.IsWindows() ? Path.GetFullPath(path.TrimStart('/')) : Path.GetFullPath(path);
    }
}
