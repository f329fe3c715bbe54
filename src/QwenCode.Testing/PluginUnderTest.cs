namespace QwenCode.Testing;

/// <summary>Finds the plugins that a test project references.</summary>
/// <remarks>
/// The test project references the plugin's project as follows; the package then copies the plugin's output to
/// <c>plugins/NAME/</c> beside the tests:
/// <code>
/// &lt;ProjectReference Include="../MyPlugin/MyPlugin.csproj"
///     ReferenceOutputAssembly="false" OutputItemType="PluginUnderTest" Private="false" /&gt;
/// </code>
/// </remarks>
public static class PluginUnderTest
{
    /// <summary>Gets the folder of a plugin beside the tests.</summary>
    /// <param name="name">The name of the plugin's assembly, without <c>.dll</c>.</param>
    /// <returns>The absolute path.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder; the message says how a test project gets it.</exception>
    public static string Folder(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var folder = Path.Combine(AppContext.BaseDirectory, "plugins", name);
        return Directory.Exists(folder) ? folder : throw new DirectoryNotFoundException(
            $"There is no plugin folder {folder}. Reference the plugin's project with "
            + "ReferenceOutputAssembly=\"false\" OutputItemType=\"PluginUnderTest\" Private=\"false\".");
    }
}
