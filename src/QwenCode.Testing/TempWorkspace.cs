namespace QwenCode.Testing;

/// <summary>
/// A home directory and a project directory of their own, both empty, and the environment variables that lead the framework to
/// them. Deleted on disposal.
/// </summary>
public sealed class TempWorkspace : IDisposable
{
    private readonly string _root;

    /// <summary>Creates the directories below the system's temporary directory.</summary>
    /// <exception cref="IOException">They cannot be created.</exception>
    public TempWorkspace()
    {
        // Links resolved: the framework reports real paths, and some systems reach their temporary directory through a link.
        _root = Workspaces.Workspace.RealPath(Directory.CreateTempSubdirectory("qwen-test-").FullName);
        Home = Directory.CreateDirectory(Path.Combine(_root, "home")).FullName;
        Project = Directory.CreateDirectory(Path.Combine(_root, "project")).FullName;
        Environment = new(StringComparer.Ordinal)
        {
            ["HOME"] = Home,
            ["USERPROFILE"] = Home,
            ["PATH"] = System.Environment.GetEnvironmentVariable("PATH") ?? string.Empty,
            ["QWEN_CODE_SYSTEM_SETTINGS_PATH"] = Path.Combine(_root, "system.json"),
            ["QWEN_CODE_SYSTEM_DEFAULTS_PATH"] = Path.Combine(_root, "defaults.json"),
        };
    }

    /// <summary>Gets the user's home directory; <c>.qwen</c> below it holds settings, agents and plugins of the user.</summary>
    public string Home { get; }

    /// <summary>Gets the project's directory, where the agent works.</summary>
    public string Project { get; }

    /// <summary>
    /// Gets the environment variables the framework sees instead of those of the test process. Add to them before the first run.
    /// </summary>
    /// <value>The default has home, <c>PATH</c> of the test process, and system settings files that do not exist.</value>
    public Dictionary<string, string> Environment { get; }

    /// <summary>Gets the absolute path of a file in the project.</summary>
    /// <param name="path">A path relative to <see cref="Project"/>; an absolute path stays as it is.</param>
    public string PathOf(string path) => Path.GetFullPath(path, Project);

    /// <summary>Writes a file, with the directories it needs.</summary>
    /// <param name="path">A path relative to <see cref="Project"/>.</param>
    /// <param name="text">The content, written as UTF-8 without a byte order mark.</param>
    /// <returns>The absolute path.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    public string Write(string path, string text)
    {
        var file = PathOf(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    /// <summary>Writes a file below the home directory, such as <c>.qwen/settings.json</c>.</summary>
    /// <param name="path">A path relative to <see cref="Home"/>.</param>
    /// <param name="text">The content, written as UTF-8 without a byte order mark.</param>
    /// <returns>The absolute path.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    public string WriteHome(string path, string text) => Write(Path.Combine(Home, path), text);

    /// <summary>Reads a file of the project.</summary>
    /// <param name="path">A path relative to <see cref="Project"/>.</param>
    /// <exception cref="IOException">It cannot be read, or does not exist.</exception>
    public string Read(string path) => File.ReadAllText(PathOf(path));

    /// <summary>Deletes both directories with all they hold.</summary>
    public void Dispose()
    {
        if (Directory.Exists(_root))
        {
            Directory.Delete(_root, recursive: true);
        }
    }
}
