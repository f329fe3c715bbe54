using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace QwenCode.Cli.Tests.Support;

/// <summary>A person's machine: a home, a workspace and an environment of its own, and a model server.</summary>
internal sealed class Room : IAsyncDisposable
{
    /// <summary>The person's key. It may reach the model server and nothing else.</summary>
    public const string Key = "sk-Zq7-the-key-nobody-may-see-0451";

    private readonly string _root = Directory.CreateTempSubdirectory("qwen-e2e-").FullName;

    public Room()
    {
        Home = Directory.CreateDirectory(Path.Combine(_root, "home")).FullName;
        Workspace = Directory.CreateDirectory(Path.Combine(_root, "work")).FullName;
        var temporary = Directory.CreateDirectory(Path.Combine(_root, "tmp")).FullName;
        Environment = new Dictionary<string, string?>
        {
            ["PATH"] = System.Environment.GetEnvironmentVariable("PATH"),
            ["HOME"] = Home,
            ["USERPROFILE"] = Home,
            ["TMPDIR"] = temporary,
            ["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..")),
            ["DOTNET_EnableDiagnostics"] = "0",
            ["QWEN_CODE_SYSTEM_SETTINGS_PATH"] = Path.Combine(_root, "system", "settings.json"),
            ["QWEN_CODE_SYSTEM_DEFAULTS_PATH"] = Path.Combine(_root, "system", "system-defaults.json"),
            ["OPENAI_API_KEY"] = Key,
            ["OPENAI_BASE_URL"] = Model.BaseUrl,
            ["OPENAI_MODEL"] = "test-model",
        };
    }

    public string Home { get; }

    public string Workspace { get; }

    public Dictionary<string, string?> Environment { get; }

    public ModelServer Model { get; } = new();

    /// <summary>Gets the transcripts of sessions.</summary>
    public IReadOnlyList<string> Transcripts => [.. Chats("*.jsonl").Where(static path => !path.EndsWith(".tasks.jsonl", StringComparison.Ordinal))];

    public string Write(string path, string text)
    {
        var file = Path.Combine(Workspace, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    public string WriteHome(string path, string text) => Write(Path.Combine(Home, path), text);

    /// <summary>Leaves a person who has configured nothing at all.</summary>
    public Room WithoutModel()
    {
        foreach (var name in Environment.Keys.Where(static name => name.StartsWith("OPENAI_", StringComparison.Ordinal)).ToArray())
        {
            Environment.Remove(name);
        }

        return this;
    }

    public QwenProcess Start(params string[] args) => StartWith(null, args);

    public QwenProcess StartWith(string? input, params string[] args) => new(Describe(QwenProcess.Program, args), input);

    /// <summary>Starts the program with its input left open, for a test that sends it lines.</summary>
    public QwenProcess StartOpen(params string[] args) => new(Describe(QwenProcess.Program, args), input: null, isOpen: true);

    /// <summary>Runs the program and gives what it printed byte for byte, the end of the last line included.</summary>
    public async Task<QwenResult> RunExactlyAsync(params string[] args)
    {
        using var process = Process.Start(Describe(QwenProcess.Program, args))!;
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(new CancellationTokenSource(QwenProcess.Patience).Token);
        return new QwenResult(process.ExitCode, await output, await error);
    }

    /// <summary>Starts the program in a terminal of its own, for a test that types.</summary>
    public QwenProcess StartInTerminal(params string[] args)
    {
        Environment["NO_COLOR"] = "1";

        // The program itself and no shell around it, which would answer a typed Ctrl+C in its own way.
        var command = "exec " + string.Join(' ', args.Prepend(QwenProcess.Program).Select(static word => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
        return new(Describe("script", ["-qfec", command, "/dev/null"]), input: null, isOpen: true);
    }

    /// <summary>Describes a start whose output the test reads itself, or does not.</summary>
    public ProcessStartInfo StartInPipe(params string[] args) => Describe(QwenProcess.Program, args);

    private ProcessStartInfo Describe(string program, IEnumerable<string> args)
    {
        var start = new ProcessStartInfo(program, args)
        {
            WorkingDirectory = Workspace,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    public Task<QwenResult> RunAsync(params string[] args) => RunWithAsync(null, args);

    public async Task<QwenResult> RunWithAsync(string? input, params string[] args)
    {
        await using var process = StartWith(input, args);
        return await process.EndAsync();
    }

    /// <summary>Gives the files below <c>chats</c> of every project.</summary>
    public IReadOnlyList<string> Chats(string pattern)
    {
        var projects = Path.Combine(Home, ".qwen", "projects");
        return Directory.Exists(projects)
            ? [.. Directory.EnumerateFiles(projects, pattern, SearchOption.AllDirectories).Where(static path => Path.GetFileName(Path.GetDirectoryName(path)) == "chats")]
            : [];
    }

    /// <summary>Gives the files, anywhere on this machine, that hold a text.</summary>
    public IReadOnlyList<string> FilesWith(string text) =>
        [.. Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories).Where(path => ReadUnlessHeld(path).Contains(text, StringComparison.Ordinal))];

    // The marks of a call that runs and of an open session are held by their program, so that nobody else can read them, and go with them.
    private static string ReadUnlessHeld(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException) when (path.Contains("undo", StringComparison.Ordinal) || path.EndsWith(".lock", StringComparison.Ordinal))
        {
            return string.Empty;
        }
    }

    public static IReadOnlyList<JsonElement> Json(string lines) =>
        [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonElement.Parse(line))];

    public async ValueTask DisposeAsync()
    {
        await Model.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }
}
