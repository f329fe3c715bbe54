using System.Text.Json;
using QwenCode.Platform.Json;

namespace QwenCode.Models.Vertex;

/// <summary>
/// How models are reached at Vertex, by the variables that Google's own programs go by: with a project by an account of Google Cloud,
/// with a key alone by the express address. A key beside a project is not used: the two are of different accounts.
/// </summary>
public sealed class VertexSettings
{
    /// <summary>The variable with a command that prints an access token. It counts in the environment of the process alone.</summary>
    public const string CommandVariable = "GOOGLE_ACCESS_TOKEN_COMMAND";

    private const string FileVariable = "GOOGLE_APPLICATION_CREDENTIALS";

    private readonly Func<string, string?> _variable;
    private readonly string? _key;

    /// <summary>Reads the variables.</summary>
    /// <param name="variable">Returns a variable, or <c>null</c>.</param>
    /// <param name="key">The key, if there is one.</param>
    public VertexSettings(Func<string, string?> variable, string? key)
    {
        ArgumentNullException.ThrowIfNull(variable);
        (_variable, _key) = (variable, string.IsNullOrWhiteSpace(key) ? null : key);
        Project = First("GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_PROJECT_ID", "GCLOUD_PROJECT");
        var location = First("GOOGLE_CLOUD_LOCATION", "GOOGLE_CLOUD_REGION", "CLOUD_ML_REGION");
        IsExpress = _key is not null && (Project is null || location is null);
        Location = location ?? "global";
    }

    /// <summary>Gets the project; <c>null</c> if none is named.</summary>
    public string? Project { get; }

    /// <summary>Gets the location.</summary>
    /// <value>The default is <c>global</c>.</value>
    public string Location { get; }

    /// <summary>Gets whether the key is used, at the express address.</summary>
    public bool IsExpress { get; }

    /// <summary>Returns which credentials are used and which are not, for people; no secret is in it, and nothing is contacted.</summary>
    public string Describe()
    {
        if (IsExpress)
        {
            return "GOOGLE_API_KEY, at the express address";
        }

        string description;
        try
        {
            description = Find(TimeProvider.System).Description;
        }
        catch (ModelException exception)
        {
            description = exception.Message;
        }

        var unused = _key is null ? string.Empty : "; GOOGLE_API_KEY is set, too, and not used, because project and location are";
        return $"{description}, for the project {Project ?? "(none: set GOOGLE_CLOUD_PROJECT)"} in {Location}{unused}";
    }

    /// <summary>Returns the address of a model.</summary>
    /// <param name="baseUrl">An address in place of Google's own; <c>null</c> is that.</param>
    /// <param name="version">The version of the interface.</param>
    /// <param name="publisher">Whose model it is.</param>
    /// <param name="method">The model's id and what is asked of it, with the query.</param>
    internal Uri Address(Uri? baseUrl, string version, string publisher, string method)
    {
        var host = IsExpress || Location == "global" ? "aiplatform.googleapis.com" : $"{Location}-aiplatform.googleapis.com";
        var root = (baseUrl ?? new Uri($"https://{host}")).GetComponents(
            UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/');
        var last = root[(root.LastIndexOf('/') + 1)..];
        root = last is ['v', >= '0' and <= '9', ..] ? root : $"{root}/{version}";
        return new Uri(IsExpress
            ? $"{root}/publishers/{publisher}/models/{method}"
            : $"{root}/projects/{Uri.EscapeDataString(Project ?? string.Empty)}/locations/{Uri.EscapeDataString(Location)}"
                + $"/publishers/{publisher}/models/{method}");
    }

    /// <summary>Finds the credentials: a command, a file that is named, the sign-in of gcloud, then the machine's own account.</summary>
    /// <param name="time">The clock.</param>
    /// <exception cref="ModelException">What is named cannot be used.</exception>
    internal GoogleCredential Find(TimeProvider time)
    {
        if (_variable(CommandVariable) is { Length: > 0 } command)
        {
            return new TokenCommand(command, time);
        }

        if (_variable(FileVariable) is { Length: > 0 } named)
        {
            return Read(named, time) ?? throw NotConfigured($"The file '{named}' of {FileVariable} does not exist.");
        }

        return Read(SignInFile(), time) ?? new MetadataServer(First("GCE_METADATA_HOST") ?? "169.254.169.254", time);
    }

    private string SignInFile()
    {
        const string file = "application_default_credentials.json";
        if (First("CLOUDSDK_CONFIG") is { } directory)
        {
            return Path.Combine(directory, file);
        }

        return OperatingSystem.IsWindows()
            ? Path.Combine(First("APPDATA") ?? string.Empty, "gcloud", file)
            : Path.Combine(First("HOME") ?? string.Empty, ".config", "gcloud", file);
    }

    private static GoogleCredential? Read(string path, TimeProvider time)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        JsonElement json;
        try
        {
            json = JsonElement.Parse(File.ReadAllBytes(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            var reason = exception is JsonException ? "they are no JSON" : exception.Message;
            throw NotConfigured($"The credentials '{path}' cannot be read: {reason}.");
        }

        return json.Text("type"u8) switch
        {
            "service_account" => new ServiceAccount(json, path, time),
            "authorized_user" => new AuthorizedUser(json, path),
            var type => throw NotConfigured($"The credentials '{path}' are of the type '{type}', which is not known here."),
        };
    }

    private static ModelException NotConfigured(string message) => new(ModelFault.NotConfigured, message,
        advice: $"Name the key file of a service account in {FileVariable}, sign in with 'gcloud auth application-default login', or set "
            + $"{CommandVariable} to a command that prints a token.");

    private string? First(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (_variable(name) is { Length: > 0 } value)
            {
                return value;
            }
        }

        return null;
    }
}
