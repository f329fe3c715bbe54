namespace QwenCode.Models.Scripting;

/// <summary>A script for <see cref="ScriptedModel"/> cannot be used. The message names file and line.</summary>
public sealed class ModelScriptException : QwenCodeException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="file">The script's file or name.</param>
    /// <param name="line">The line, from 1; 0 if no line is at fault.</param>
    /// <param name="problem">What is wrong and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public ModelScriptException(string file, long line, string problem, Exception? innerException = null)
        : base(line > 0 ? FormattableString.Invariant($"{file}:{line}: {problem}") : $"{file}: {problem}", innerException) =>
        (File, Line) = (file, line);

    /// <summary>Gets the script's file or name.</summary>
    public string File { get; }

    /// <summary>Gets the line, from 1; 0 if no line is at fault.</summary>
    public long Line { get; }
}
