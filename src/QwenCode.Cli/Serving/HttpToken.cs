using QwenCode.Cli.CommandLine;

namespace QwenCode.Cli.Serving;

/// <summary>The token that clients over HTTP have to know. Never an argument: other users of the machine can read those.</summary>
internal static class HttpToken
{
    /// <summary>The variable that holds it.</summary>
    public const string Variable = "QWEN_MCP_TOKEN";

    private const int Shortest = 16;

    /// <summary>Reads the token.</summary>
    /// <param name="options">The command line.</param>
    /// <returns>The token; <c>null</c> if there is none.</returns>
    /// <exception cref="RefusedException">It cannot be read, or is none, or an address that others reach has none.</exception>
    public static string? Read(CliOptions options)
    {
        var (token, origin) = options.HttpTokenFile is { } file
            ? (ReadFile(file), $"The token in {file}") : (ModelKeys.Variables.GetValueOrDefault(Variable), $"The token in {Variable}");
        if (string.IsNullOrEmpty(token))
        {
            return options.Http is { IsLoopback: false } place
                ? throw new RefusedException(
                    $"{place.Host} can be reached from other machines, so clients need a token there. Set {Variable}, or name a file with "
                    + "--http-token-file. Without a token, serve this machine alone: leave the host out of --http.")
                : null;
        }

        return token.Length < Shortest || token.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? throw new RefusedException(
                $"{origin} cannot be used: it must have {Shortest} characters or more, letters, digits and signs without spaces.")
            : token;
    }

    private static string ReadFile(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim() is { Length: > 0 } text ? text : throw new RefusedException($"{file} holds no token.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"The token cannot be read: {exception.Message}");
        }
    }
}
