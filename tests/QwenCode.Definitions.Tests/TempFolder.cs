namespace QwenCode.Definitions.Tests;

/// <summary>A directory of its own that is gone afterwards.</summary>
public sealed class TempFolder : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("qwen-definitions-");

    public string Root => _root.FullName;

    public string Home => Directory.CreateDirectory(Path.Combine(Root, "home")).FullName;

    public string Project => Directory.CreateDirectory(Path.Combine(Root, "work", "project")).FullName;

    /// <summary>Gets the repository's root, found from where the tests run.</summary>
    public static string Shipped
    {
        get
        {
            var directory = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(directory, "Directory.Packages.props")))
            {
                directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("The repository's root was not found.");
            }

            return Path.Combine(directory, "agents");
        }
    }

    public string In(params string[] parts) => Path.Combine([Root, .. parts]);

    public string Write(string path, string text)
    {
        var file = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    public void Dispose() => _root.Delete(recursive: true);
}
