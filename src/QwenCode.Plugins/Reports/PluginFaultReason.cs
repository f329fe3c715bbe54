namespace QwenCode.Plugins.Reports;

/// <summary>What is wrong with a plugin.</summary>
public enum PluginFaultReason
{
    /// <summary>A folder or file could not be read.</summary>
    Unreadable,

    /// <summary>The manifest is no JSON, or says something that makes no sense.</summary>
    InvalidManifest,

    /// <summary>The manifest describes another build of the assembly than the one beside it.</summary>
    StaleManifest,

    /// <summary>The assembly is not there, or there is no telling which one it is.</summary>
    MissingAssembly,

    /// <summary>The file is no .NET assembly, or only part of one.</summary>
    NotAnAssembly,

    /// <summary>The plugin was built against a contract this host does not serve.</summary>
    ContractVersion,

    /// <summary>An assembly that the plugin needs is not in its folder.</summary>
    MissingDependency,

    /// <summary>The plugin needs a shared framework, such as ASP.NET Core, that this host does not run on.</summary>
    MissingFramework,

    /// <summary>A loader was selected that this host does not have.</summary>
    UnknownLoader,

    /// <summary>The folder holds assemblies, but no tool in them.</summary>
    NoTools,

    /// <summary>The assembly could not be loaded for another reason.</summary>
    LoadFailed,

    /// <summary>The constructor of a tool's class threw, or needs something the host does not have.</summary>
    ConstructorFailed,

    /// <summary>A class or method that is marked as a tool cannot be one.</summary>
    InvalidTool,

    /// <summary>A tool's name cannot be called.</summary>
    InvalidName,

    /// <summary>A tool's parameters are no usable JSON schema.</summary>
    InvalidSchema,

    /// <summary>Another plugin has a tool of the same name and goes first.</summary>
    DuplicateTool,

    /// <summary>A plugin of the same name goes first.</summary>
    DuplicatePlugin,

    /// <summary>The tool, once loaded, describes itself otherwise than the manifest does.</summary>
    DeclarationDiffers,

    /// <summary>A call did not stop when asked to and was abandoned.</summary>
    Hung,

    /// <summary>A generation that was replaced or removed stays in memory: something still refers to it.</summary>
    NotCollected,

    /// <summary>The files changed while they were read; they are looked at again at the next turn.</summary>
    Changing,

    /// <summary>The program is a native one, which cannot load assemblies.</summary>
    NeedsManagedProgram,
}
