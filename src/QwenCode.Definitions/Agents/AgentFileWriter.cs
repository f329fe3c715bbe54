using System.Text;
using QwenCode.Agents;
using QwenCode.Definitions.Markdown;
using QwenCode.Platform.Files;

namespace QwenCode.Definitions.Agents;

/// <summary>Creates, changes and deletes agent files of the project and the person.</summary>
/// <param name="options">Where the files are.</param>
/// <param name="knownTools">The tools that exist; <c>null</c> does not ask.</param>
public sealed class AgentFileWriter(AgentCatalogOptions options, IReadOnlyCollection<string>? knownTools = null)
{
    /// <summary>Writes a new file, <c>NAME.md</c>.</summary>
    /// <param name="definition">The definition; its level says where it goes.</param>
    /// <param name="overwrite">Whether a file that is there is replaced.</param>
    /// <returns>The file.</returns>
    /// <exception cref="AgentFileException">Nothing was written.</exception>
    public string Create(AgentDefinition definition, bool overwrite = false)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var file = Path.Combine(FolderOf(definition.Level, definition.Name), CheckedName(definition.Name) + ".md");
        var text = AgentFileText.Write(definition);
        Validate(definition, text, file);
        if (File.Exists(file) && !overwrite)
        {
            throw new AgentFileException(AgentFileFault.AlreadyExists,
                $"The agent '{definition.Name}' has a file already: {file}. Update it, or choose another name.");
        }

        Save(file, text);
        return file;
    }

    /// <summary>Rewrites the file of an agent. Keys in it that this program does not know stay.</summary>
    /// <param name="name">The agent's present name.</param>
    /// <param name="level">Where it is; <c>null</c> takes the first of project and person.</param>
    /// <param name="change">Makes the new definition from the present one.</param>
    /// <returns>The file.</returns>
    /// <exception cref="AgentFileException">Nothing was written.</exception>
    public string Update(string name, AgentLevel? level, Func<AgentDefinition, AgentDefinition> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        var current = Existing(name, level).FirstOrDefault()
            ?? throw (IsShipped(name) || level is AgentLevel.BuiltIn or AgentLevel.Session
                ? new AgentFileException(AgentFileFault.InvalidConfig,
                    $"The agent '{name}' is not kept in a file of yours and cannot be changed. Create one of the same name to replace it.")
                : NotFound(name));
        if (string.IsNullOrEmpty(current.FilePath))
        {
            throw new AgentFileException(AgentFileFault.FileError, $"The agent '{name}' has no file.");
        }

        var changed = change(current) with { Level = current.Level, FilePath = current.FilePath };
        CheckedName(changed.Name);
        var text = AgentFileText.Write(changed, MarkdownDocument.Parse(ReadText(current.FilePath), []));
        Validate(changed, text, current.FilePath);
        Save(current.FilePath, text);
        return current.FilePath;
    }

    /// <summary>Deletes the file of an agent; without a level the project's and the person's.</summary>
    /// <param name="name">The agent.</param>
    /// <param name="level">Where it is.</param>
    /// <returns>The files that are gone.</returns>
    /// <exception cref="AgentFileException">Nothing, or not everything, was deleted.</exception>
    public IReadOnlyList<string> Delete(string name, AgentLevel? level = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (IsShipped(name) || level is AgentLevel.BuiltIn)
        {
            throw new AgentFileException(
                AgentFileFault.InvalidConfig, $"The agent '{name}' is shipped with the program and cannot be deleted.");
        }

        if (level is AgentLevel.Extension)
        {
            throw new AgentFileException(
                AgentFileFault.InvalidConfig, $"The agent '{name}' belongs to an extension. Uninstall the extension to remove it.");
        }

        var deleted = new List<string>();
        foreach (var definition in Existing(name, level))
        {
            try
            {
                File.Delete(definition.FilePath);
                deleted.Add(definition.FilePath);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new AgentFileException(
                    AgentFileFault.FileError, $"The agent file {definition.FilePath} could not be deleted: {exception.Message}", exception);
            }
        }

        return deleted.Count > 0 ? deleted : throw NotFound(name);
    }

    private static AgentFileException NotFound(string name) =>
        new(AgentFileFault.NotFound, $"There is no agent '{name}' in the project's or your own .qwen/agents.");

    private static string CheckedName(string name)
    {
        var errors = new List<string>();
        AgentNames.Judge(name, errors, []);
        return errors.Count == 0 ? name : throw new AgentFileException(
            AgentFileFault.InvalidName, $"The agent cannot be called '{name}': {string.Join(", ", errors)}.");
    }

    private static string ReadText(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new AgentFileException(
                AgentFileFault.FileError, $"The agent file {file} could not be read: {exception.Message}", exception);
        }
    }

    private static void Save(string file, string text)
    {
        try
        {
            AtomicFile.Write(file, Encoding.UTF8.GetBytes(text));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new AgentFileException(
                AgentFileFault.FileError, $"The agent file {file} could not be written: {exception.Message}", exception);
        }
    }

    private static IEnumerable<AgentDefinition> ReadFolder(string folder, AgentLevel level)
    {
        var files = new AgentFolder(folder, level, AgentDialect.Qwen);
        files.Refresh();
        return files.Definitions;
    }

    /// <summary>Gives the sound files with the agent's name, the project's first.</summary>
    private IEnumerable<AgentDefinition> Existing(string name, AgentLevel? level)
    {
        foreach (var candidate in (AgentLevel[])[AgentLevel.Project, AgentLevel.User])
        {
            if ((level is null || level == candidate) && RootOf(candidate) is { } root)
            {
                foreach (var definition in ReadFolder(Path.Combine(root, ".qwen", "agents"), candidate))
                {
                    if (definition.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                    {
                        yield return definition;
                    }
                }
            }
        }
    }

    private bool IsShipped(string name) =>
        options.ShippedDirectory is { } folder
        && ReadFolder(folder, AgentLevel.BuiltIn).Any(definition => definition.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private string? RootOf(AgentLevel level) => level == AgentLevel.Project ? options.ProjectRoot : options.HomeDirectory;

    private string FolderOf(AgentLevel level, string name) =>
        level is AgentLevel.Project or AgentLevel.User && RootOf(level) is { } root
            ? Path.Combine(root, ".qwen", "agents")
            : throw new AgentFileException(AgentFileFault.InvalidConfig,
                $"The agent '{name}' cannot be created at the level '{level}'; only the project's and your own agents are files that "
                + "can be written.");

    private void Validate(AgentDefinition definition, string text, string file)
    {
        var (_, issue) = AgentFileReader.Read(text, file, definition.Level);
        if (issue is not null)
        {
            throw new AgentFileException(AgentFileFault.ValidationError, issue.Message);
        }

        var unknown = AgentReportText.UnknownTools(definition, knownTools);
        if (unknown.Count > 0)
        {
            throw new AgentFileException(
                AgentFileFault.ToolNotFound, $"The agent '{definition.Name}' names tools that do not exist: {string.Join(", ", unknown)}.");
        }
    }
}
