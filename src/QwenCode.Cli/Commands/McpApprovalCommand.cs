using QwenCode.Cli.CommandLine;
using QwenCode.Cli.IO;
using QwenCode.Cli.Running;
using QwenCode.Configuration.Servers;
using QwenCode.Hosting;

namespace QwenCode.Cli.Commands;

/// <summary><c>qwen mcp approve|reject NAME|--all</c>: which servers of the project's <c>.mcp.json</c> may be used.</summary>
internal static class McpApprovalCommand
{
    public static int Run(CliOptions options, bool isApproved)
    {
        var words = options.CommandWords;
        if (words.Count == 0)
        {
            StandardStreams.ErrorLine($"Usage: qwen mcp {options.Verb} NAME..|--all");
            return ExitCodes.Failure;
        }

        var project = Composition.ReadProject(options);
        if (!project.Settings.IsTrusted)
        {
            StandardStreams.ErrorLine($"This folder is not trusted, so that its {ProjectServersFile.Name} is not read.");
            return ExitCodes.Failure;
        }

        var file = ProjectServersFile.Read(project.Workspace.Root, project.ChildEnvironment);
        foreach (var problem in file.Problems)
        {
            StandardStreams.ErrorLine(problem);
        }

        var isAll = words is ["--all"] or ["-a"];
        if (!isAll && words.FirstOrDefault(word => !file.Servers.Any(server => server.Name == word)) is { } unknown)
        {
            StandardStreams.ErrorLine($"There is no MCP server \"{unknown}\" in {ProjectServersFile.Name}.");
            return ExitCodes.Failure;
        }

        var approvals = new ServerApprovals(ConfiguredMcpServers.ApprovalsFile(project), project.Workspace.Root);
        foreach (var server in file.Servers.Where(server => isAll || words.Contains(server.Name)))
        {
            approvals.Write(server, isApproved);
            StandardStreams.Out($"MCP server \"{server.Name}\" {(isApproved ? "approved" : "rejected")}.\n");
        }

        return file.Problems.Count == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }
}
