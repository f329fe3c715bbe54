using System.Xml.Linq;

namespace QwenCode.Architecture.Tests;

/// <summary>The checkout that these tests were built in.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<string> Projects(string folder) =>
        [.. Directory.EnumerateFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    /// <summary>Gives the projects that a project compiles against; those it merely wants built first are no edges.</summary>
    public static IReadOnlyList<string> References(string project) =>
        [.. Items(project, "ProjectReference").Where(static item => (string?)item.Attribute("ReferenceOutputAssembly") != "false").Select(static item => Path.GetFileNameWithoutExtension((string)item.Attribute("Include")!))];

    public static IReadOnlyList<string> Packages(string project) => [.. Items(project, "PackageReference").Select(static item => (string)item.Attribute("Include")!)];

    private static IEnumerable<XElement> Items(string project, string name) => XDocument.Load(project).Descendants(name).Where(static item => item.Attribute("Include") is not null);

    private static string FindRoot()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "QwenCode.Framework.sln")))
        {
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("The tests do not run in a checkout.");
        }

        return directory;
    }
}
