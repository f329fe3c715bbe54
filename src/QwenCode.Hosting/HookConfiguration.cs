using QwenCode.Configuration;
using QwenCode.Hooks;

namespace QwenCode.Hosting;

/// <summary>The hooks of a project's settings. The files are read apart, so that a project cannot mask a user's hook.</summary>
/// <param name="Hooks">The hooks; none if they are switched off.</param>
/// <param name="Warnings">What the owners of the files should know; each names file and key.</param>
/// <param name="IsDisabled">Whether they are switched off (<c>disableAllHooks</c>).</param>
public sealed record HookConfiguration(HookSet Hooks, IReadOnlyList<string> Warnings, bool IsDisabled)
{
    /// <summary>Reads the hooks.</summary>
    /// <param name="project">The project; one that is not trusted brings no hooks.</param>
    public static HookConfiguration From(WorkspaceServices project)
    {
        ArgumentNullException.ThrowIfNull(project);
        if (project.Session.DisableAllHooks || project.Options.LeavesOutCustomizations)
        {
            return new(HookSet.Empty, [], project.Session.DisableAllHooks);
        }

        var entries = new List<HookEntry>();
        var warnings = new List<string>();
        Read(SettingsScope.User, project.Settings.Locations.UserFile, HookSource.User);
        Read(SettingsScope.Project, project.Settings.Locations.ProjectFile, HookSource.Project);
        return new(entries.Count == 0 ? HookSet.Empty : new HookSet(entries), warnings, false);

        void Read(SettingsScope scope, string file, HookSource source)
        {
            if (project.Settings.Written(scope, "hooks") is { ValueKind: not System.Text.Json.JsonValueKind.Null } written)
            {
                var reader = new HookSettingsReader(file, source);
                reader.Read(written);
                entries.AddRange(reader.Entries);
                warnings.AddRange(reader.Warnings);
            }
        }
    }

    /// <summary>Makes what runs them for one session.</summary>
    /// <param name="project">The project.</param>
    /// <param name="time">The clock.</param>
    /// <param name="own">The hooks of the session alone.</param>
    public HookRunner CreateRunner(WorkspaceServices project, TimeProvider time, IReadOnlyList<HookEntry>? own = null)
    {
        ArgumentNullException.ThrowIfNull(project);
        var runner = new HookRunner(Hooks, new HookRunnerOptions
        {
            WorkingDirectory = project.Workspace.Root,
            Environment = project.ChildEnvironment,
            AllowedUrls = project.Settings.StringList("security.allowedHttpHookUrls") ?? [],
            ProjectDirectory = project.Workspace.ProjectDirectory,
            Time = time,
        });
        foreach (var hook in own ?? [])
        {
            runner.Session.Add(hook.Event, hook.Matcher, hook.Definition);
        }

        return runner;
    }
}
