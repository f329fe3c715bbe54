namespace QwenCode.Configuration;

/// <summary>
/// A settings file says something that cannot be used. The message names file, line and key; values are never quoted, as they may
/// be secret.
/// </summary>
public sealed class SettingsException : QwenCodeException
{
    /// <summary>The exit code for settings that cannot be used.</summary>
    public const int ConfigurationExitCode = 52;

    /// <summary>Creates the exception.</summary>
    /// <param name="file">The file, or another source such as a flag.</param>
    /// <param name="line">The line, counted from 1; 0 where none can be named.</param>
    /// <param name="key">The dotted key; <c>null</c> where the file as a whole is meant.</param>
    /// <param name="problem">What is wrong and what is expected.</param>
    /// <param name="innerException">The cause.</param>
    public SettingsException(string file, int line, string? key, string problem, Exception? innerException = null)
        : base($"{(line > 0 ? $"{file}:{line}" : file)}: {(key is null ? string.Empty : $"'{key}': ")}{problem}", innerException)
    {
        File = file;
        Line = line;
        Key = key;
    }

    /// <summary>Gets the file, or another source such as a flag.</summary>
    public string File { get; }

    /// <summary>Gets the line, counted from 1; 0 where none can be named.</summary>
    public int Line { get; }

    /// <summary>Gets the dotted key, if one is meant.</summary>
    public string? Key { get; }

    /// <summary>Gets the code the program should exit with.</summary>
    public int ExitCode { get; init; } = ConfigurationExitCode;
}
