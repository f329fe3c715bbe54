using QwenCode.Permissions.Shell;

namespace QwenCode.Permissions.Programs;

/// <summary>The arguments of a command, sorted.</summary>
internal sealed class ProgramUse
{
    /// <summary>Gets the options that are known, with their values.</summary>
    public List<(ProgramOption Option, ShellWord? Value)> Options { get; } = [];

    /// <summary>Gets the options that are not known, each with the word after it, which may be its value.</summary>
    public List<(ShellWord Word, ShellWord? Next)> Unknown { get; } = [];

    /// <summary>Gets the names of all options; those that are not known as written.</summary>
    public List<string> Flags { get; } = [];

    /// <summary>Gets the arguments that belong to no option.</summary>
    public List<ShellWord> Positionals { get; } = [];

    /// <summary>Returns the values of the options with a role.</summary>
    public IEnumerable<ShellWord> Values(OptionRole role) =>
        Options.Where(option => option.Option.Role == role).Select(static option => option.Value).OfType<ShellWord>();

    public bool Has(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Flags.Contains(name))
            {
                return true;
            }
        }

        return false;
    }
}
