using QwenCode.Plugin.Lsp.Configuration;
using QwenCode.Workspaces;

namespace QwenCode.Plugin.Lsp.Operations;

/// <summary>Finds some file that a server understands.</summary>
internal static class SampleFile
{
    private const int MostDirectories = 500;

    public static string? Find(ServerConfiguration server, Workspace workspace)
    {
        var pending = new Queue<string>([server.Folder]);
        for (var looked = 0; looked < MostDirectories && pending.TryDequeue(out var directory); looked++)
        {
            try
            {
                foreach (var file in Directory.EnumerateFiles(directory))
                {
                    if (server.Extensions.ContainsKey(Path.GetExtension(file).ToLowerInvariant())
                        && IgnoreScope.Judge(workspace, file, PathKind.File, IgnoreFiles.Qwen) is IgnoreVerdict.Visible)
                    {
                        return file;
                    }
                }

                foreach (var child in new DirectoryInfo(directory).EnumerateDirectories())
                {
                    if (child.Name[0] is not '.' && child.Name is not "node_modules" && child.LinkTarget is null)
                    {
                        pending.Enqueue(child.FullName);
                    }
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // A directory that cannot be read has no sample for us.
            }
        }

        return null;
    }
}
