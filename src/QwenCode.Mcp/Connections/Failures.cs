using System.ComponentModel;
using System.Net;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using QwenCode.Mcp.Authorization;
using QwenCode.Mcp.Configuration;
using QwenCode.Platform.Processes;

namespace QwenCode.Mcp.Connections;

/// <summary>Says in words what went wrong with a server, and what to do; never with a secret in them.</summary>
internal static class Failures
{
    // Shorter values, such as 1 or true, are no secrets, and hiding them would make holes in every message.
    private const int ShortestSecret = 6;

    /// <summary>Says why a server could not be connected.</summary>
    public static string Explain(McpServerConfiguration server, Exception exception)
    {
        if (exception is McpConfigurationException configuration)
        {
            return $"MCP server '{server.Name}' is left out: {configuration.Message}{At(server)}";
        }

        if (FindLogin(exception) is { } login)
        {
            return $"{Redact(server, login.Message)}.{At(server)}";
        }

        var (reason, advice) = Judge(server, exception);
        return $"MCP server '{server.Name}' could not be connected: {Redact(server, reason.TrimEnd('.'))}. {advice}{At(server)}";
    }

    /// <summary>Says why a connection ended, as the rest of a sentence; empty where nobody knows.</summary>
    public static string Why(McpServerConfiguration server, ClientCompletionDetails details) => details switch
    {
        StdioClientCompletionDetails process => $" ({Redact(server, Describe(process))})",
        HttpClientCompletionDetails { HttpStatusCode: { } status } => $" (HTTP status {(int)status})",
        { Exception: { } exception } => $" ({Redact(server, exception.Message.TrimEnd('.'))})",
        _ => string.Empty,
    };

    /// <summary>Takes what the entry holds of secrets out of a text.</summary>
    public static string Redact(McpServerConfiguration server, string text)
    {
        text = server.Issued.Redact(text, ShortestSecret);
        foreach (var secret in server.Environment.Values.Concat(server.Headers.Values)
            .Concat(server.Headers.Values.SelectMany(static value => value.Split(' ')))
            .Append(server.OAuth?.ClientSecret ?? string.Empty)
            .Append(server.Address?.Query.TrimStart('?') ?? string.Empty).Append(server.Address?.UserInfo ?? string.Empty)
            .Where(static value => value.Length >= ShortestSecret).OrderByDescending(static value => value.Length))
        {
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>Finds out whether a login is all that is missing.</summary>
    public static LoginRequiredException? FindLogin(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is LoginRequiredException login)
            {
                return login;
            }
        }

        return null;
    }

    private static (string Reason, string Advice) Judge(McpServerConfiguration server, Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case ClientTransportClosedException { Details: StdioClientCompletionDetails process }:
                    return (Describe(process), "Run the command by hand to see what it needs.");
                case ProcessStartException or Win32Exception or FileNotFoundException:
                    return ($"the command '{server.Command}' could not be started ({cause.Message})",
                        "Install it, or correct \"command\".");
                case LoginFailedException:
                    return (cause.Message, "See the server's entry, or log in anew with: qwen mcp login " + server.Name);
                case HttpRequestException { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } refused:
                    return ($"the server refused the credentials (HTTP status {(int)refused.StatusCode!})", "Write them into \"headers\".");
                case HttpRequestException { StatusCode: { } status }:
                    return ($"the server answered with HTTP status {(int)status}", server.Transport is McpTransport.Http
                        ? "Correct \"httpUrl\"; an older server that speaks server-sent events belongs under \"url\"."
                        : "Correct \"url\"; a server that speaks streamable HTTP belongs under \"httpUrl\".");
                case HttpRequestException:
                    return ($"{server.Address!.GetLeftPart(UriPartial.Path)} cannot be reached ({cause.Message})",
                        "Start the server, or correct its address.");
                case TimeoutException:
                    return ("it did not answer in time", "Run it by hand to see what it waits for.");
                case McpProtocolException protocol:
                    return ($"MCP error {(int)protocol.ErrorCode}: {Plain(protocol)}", "See the server's own log.");
            }
        }

        return (exception.Message, "See the server's own log.");
    }

    /// <summary>Gives the server's own words, which the client puts its own before.</summary>
    public static string Plain(McpException exception)
    {
        const string prefix = "Request failed (remote): ";
        return exception.Message.StartsWith(prefix, StringComparison.Ordinal) ? exception.Message[prefix.Length..] : exception.Message;
    }

    private static string Describe(StdioClientCompletionDetails process)
    {
        var last = process.StandardErrorTail?.LastOrDefault(static line => !string.IsNullOrWhiteSpace(line))?.Trim();
        var code = process.ExitCode is { } exit ? $"the program ended with exit code {exit}" : "the program closed its output";
        return string.IsNullOrEmpty(last) ? code : $"{code} and said last: {last}";
    }

    private static string At(McpServerConfiguration server) =>
        server.Origin is null ? string.Empty : $" (mcpServers.{server.Name} in {server.Origin})";
}
