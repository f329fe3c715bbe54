namespace QwenCode.Permissions;

/// <summary>The sub-commands that suggested rules name.</summary>
internal static class SubCommands
{
    private static readonly Dictionary<string, HashSet<string>> Known = new(StringComparer.Ordinal)
    {
        ["git"] = Words(
            "add am archive bisect blame branch bundle cat-file checkout cherry-pick clean clone commit config describe diff fetch "
            + "format-patch gc grep init log ls-files ls-remote merge mv notes pull push range-diff rebase reflog remote reset restore "
            + "revert rev-parse rm shortlog show stash status submodule switch tag worktree"),
        ["npm"] = Words(
            "access adduser audit bugs cache ci completion config create dedupe deprecate diff dist-tag docs doctor edit exec explain "
            + "explore find-dupes fund help hook init install install-ci-test install-test link login logout ls org outdated owner pack "
            + "ping pkg prefix profile prune publish query rebuild repo restart root run run-script search set-script shrinkwrap star "
            + "stars start stop team test token uninstall unpublish unstar update version view whoami"),
        ["yarn"] = Words(
            "add autoclean bin cache check config create generate-lock-entry global help import info init install licenses link list "
            + "login logout outdated owner pack policies publish remove run tag team test unlink unplug upgrade upgrade-interactive "
            + "version versions why workspace workspaces"),
        ["pnpm"] = Words(
            "add audit create dedupe deploy dlx env exec fetch import init install install-test licenses link list ls outdated pack "
            + "patch patch-commit prune publish rebuild remove root run server setup store test uninstall unlink update why"),
        ["docker"] = Words(
            "attach build commit compose container context cp create diff events exec export history image images import info inspect "
            + "kill load login logout logs manifest network node pause plugin port ps pull push rename restart rm rmi run save search "
            + "secret service stack start stats stop swarm system tag top trust unpause update version volume wait"),
        ["docker compose"] = Words(
            "build config cp create down events exec images kill logs ls pause port ps pull push restart rm run start stop top unpause "
            + "up version wait watch"),
        ["pip"] = Words(
            "install download uninstall freeze inspect list show check config search cache index wheel hash completion debug help"),
        ["cargo"] = Words(
            "add bench build check clean clippy doc fetch fix fmt generate-lockfile init install locate-project login metadata new "
            + "owner package pkgid publish read-manifest remove report run rustc rustdoc search test tree uninstall update vendor "
            + "verify-project version yank"),
        ["kubectl"] = Words(
            "annotate api-resources api-versions apply attach auth autoscale certificate cluster-info completion config cordon cp "
            + "create debug delete describe diff drain edit events exec explain expose get kustomize label logs patch plugin port-forward "
            + "proxy replace rollout run scale set taint top uncordon version wait"),
        ["dotnet"] = Words("add build clean format list new nuget pack publish remove restore run sln test tool"),
        ["go"] = Words("build clean doc env fix fmt generate get install list mod run test tool vet"),
    };

    public static bool IsKnown(string root, string word) =>
        Known.TryGetValue(root is "pip3" ? "pip" : root, out var words) && words.Contains(word);

    /// <summary>Returns the only sub-command that begins with a word; <c>null</c> if there is none or more than one.</summary>
    public static string? Complete(string root, string word) =>
        word.Length > 0 && Known.TryGetValue(root, out var words)
        && words.Where(name => name.StartsWith(word, StringComparison.Ordinal)).Take(2).ToArray() is [var only] ? only : null;

    private static HashSet<string> Words(string words) => [.. words.Split(' ')];
}
