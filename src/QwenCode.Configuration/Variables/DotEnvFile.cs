namespace QwenCode.Configuration.Variables;

/// <summary>Finds the one <c>.env</c> file that counts and lays it under the environment.</summary>
internal static class DotEnvFile
{
    /// <summary>
    /// Finds the file: from the working directory upwards <c>.qwen/.env</c> before <c>.env</c>, then the same in the home
    /// directory.
    /// </summary>
    public static string? Find(SettingsLocations locations, bool isTrusted)
    {
        if (isTrusted)
        {
            for (var directory = locations.WorkingDirectory; directory is not null; directory = Path.GetDirectoryName(directory))
            {
                if (In(directory) is { } file)
                {
                    return file;
                }
            }
        }

        return In(locations.HomeDirectory);

        static string? In(string directory)
        {
            var own = Path.Combine(directory, ".qwen", ".env");
            if (File.Exists(own))
            {
                return own;
            }

            var general = Path.Combine(directory, ".env");
            return File.Exists(general) ? general : null;
        }
    }

    /// <summary>Adds a file's variables that are not set yet.</summary>
    public static void Apply(
        string file, Dictionary<string, string> variables, IReadOnlyCollection<string> excluded, List<SettingsWarning> warnings)
    {
        Dictionary<string, string> found;
        try
        {
            found = DotEnvParser.Parse(
                File.ReadAllText(file), line => warnings.Add(new(file, line, "is no NAME=value line and was skipped.")));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            warnings.Add(new(file, 0, $"cannot be read, so none of its variables are set: {exception.Message}"));
            return;
        }

        // A general .env belongs to the project's own programs; one of ours says what it says to us.
        var isOurs = file.Contains(".qwen", StringComparison.Ordinal);
        foreach (var variable in found)
        {
            if (isOurs || !excluded.Contains(variable.Key))
            {
                variables.TryAdd(variable.Key, variable.Value);
            }
        }

        // The cloud shell sets this to a project of its own, which is never the one that is meant.
        if (variables.TryGetValue("CLOUD_SHELL", out var shell) && shell == "true"
            && found.TryGetValue("GOOGLE_CLOUD_PROJECT", out var project))
        {
            variables["GOOGLE_CLOUD_PROJECT"] = project;
        }
    }
}
