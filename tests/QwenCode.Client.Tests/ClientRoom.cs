using QwenCode.Cli.Tests.Support;

namespace QwenCode.Client.Tests;

/// <summary>Starts clients of the real program in a room of their own.</summary>
internal static class ClientRoom
{
    public static QwenClientOptions Options(this Room room)
    {
        // Everything that this process has is taken away: the room is all that the program knows.
        var environment = Environment.GetEnvironmentVariables().Keys.Cast<string>().ToDictionary(static name => name, static _ => (string?)null);
        foreach (var (name, value) in room.Environment)
        {
            environment[name] = value;
        }

        return new QwenClientOptions { Program = QwenProcess.Program, WorkingDirectory = room.Workspace, Environment = environment };
    }

    public static async Task<List<QwenMessage>> ToListAsync(this IAsyncEnumerable<QwenMessage> messages)
    {
        var list = new List<QwenMessage>();
        await foreach (var message in messages)
        {
            list.Add(message);
        }

        return list;
    }
}
