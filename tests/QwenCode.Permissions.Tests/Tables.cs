namespace QwenCode.Permissions.Tests;

/// <summary>The tables beside the tests.</summary>
internal static class Tables
{
    /// <summary>Returns the rows of a table; lines that begin with <c>#</c> are comments.</summary>
    public static IEnumerable<string[]> Rows(string name) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, name)).Where(static line => line.Trim().Length > 0 && line[0] is not '#')
            .Select(static line => line.Split('\t'));
}
