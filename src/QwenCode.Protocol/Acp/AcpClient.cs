using System.Text.Json;
using QwenCode.Platform.Json;

namespace QwenCode.Protocol.Acp;

/// <summary>What a client of the Agent Client Protocol says it can do.</summary>
public sealed record AcpClient
{
    /// <summary>Gets the client that said nothing: nothing is asked of it but permission.</summary>
    public static AcpClient Plain { get; } = new();

    /// <summary>Gets whether it serves reads of files.</summary>
    public bool CanRead { get; init; }

    /// <summary>Gets whether it takes writes of files.</summary>
    public bool CanWrite { get; init; }

    /// <summary>Gets whether it runs commands in terminals of its own.</summary>
    public bool HasTerminals { get; init; }

    /// <summary>Gets whether it shows notices, which are no part of the conversation.</summary>
    public bool ShowsNotices { get; init; }

    /// <summary>Gets whether it wants to know of changed configuration options.</summary>
    public bool FollowsConfiguration { get; init; }

    /// <summary>Reads the parameters of <c>initialize</c>.</summary>
    /// <param name="parameters">The parameters.</param>
    public static AcpClient Read(JsonElement parameters)
    {
        var can = parameters.Member("clientCapabilities"u8);
        var files = can.Member("fs"u8);
        var session = can.Member("session"u8);
        return new AcpClient
        {
            CanRead = files.IsTrue("readTextFile"u8),
            CanWrite = files.IsTrue("writeTextFile"u8),
            HasTerminals = can.IsTrue("terminal"u8),
            ShowsNotices = session.Object("notices"u8) is not null,
            FollowsConfiguration = session.Object("configOptions"u8) is not null,
        };
    }
}
