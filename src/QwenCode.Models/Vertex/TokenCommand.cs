using QwenCode.Platform.Processes;

namespace QwenCode.Models.Vertex;

/// <summary>A command of the user's that prints a token, such as <c>gcloud auth print-access-token</c>.</summary>
/// <param name="command">The command, for the shell.</param>
/// <param name="time">The clock.</param>
internal sealed class TokenCommand(string command, TimeProvider time) : GoogleCredential
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // Tokens of gcloud hold for an hour from when they were made, which may have been before.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    public override string Description => $"the command of {VertexSettings.CommandVariable}";

    /// <inheritdoc/>
    public override async Task<AccessToken> FetchAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var start = OperatingSystem.IsWindows()
            ? new ProcessStart("cmd.exe", Environment.CurrentDirectory) { CommandLine = $"/d /s /c \"{command}\"" }
            : new ProcessStart("/bin/sh", Environment.CurrentDirectory) { Arguments = ["-c", command] };
        try
        {
            var bounds = new ProcessRunOptions { Timeout = Limit };
            var run = await ProcessRun.RunAsync(start, bounds, time, cancellationToken).ConfigureAwait(false);
            var token = run.Output.Trim();
            return run.Exit is not { Code: 0 }
                ? throw AccessToken.Failed(Description, run.Exit is null ? $"it took longer than {Limit.TotalSeconds} s" : "it failed: "
                    + $"{run.Error.Trim()}")
                : token.Length > 0 && !token.Any(char.IsWhiteSpace)
                    ? new AccessToken(token, Lifetime) : throw AccessToken.Failed(Description, "it printed no token");
        }
        catch (ProcessStartException exception)
        {
            throw AccessToken.Failed(Description, exception.Message, exception);
        }
    }
}
