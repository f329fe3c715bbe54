namespace QwenCode.Mcp.Authorization;

/// <summary>A server wants the user to log in, and nobody can be asked to here.</summary>
/// <param name="server">The server.</param>
/// <param name="why">Why, as the beginning of a sentence.</param>
internal sealed class LoginRequiredException(string server, string why)
    : QwenCodeException($"{why}. Log in with: qwen mcp login {server}")
{
    /// <summary>Gets why.</summary>
    public string Why => why;
}
