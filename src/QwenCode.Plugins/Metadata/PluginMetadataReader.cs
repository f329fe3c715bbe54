using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using QwenCode.Plugins.Reports;

namespace QwenCode.Plugins.Metadata;

/// <summary>Judges assemblies by their metadata, without loading them.</summary>
internal static class PluginMetadataReader
{
    private const string ContractAssembly = "QwenCode.Abstractions";

    // The host's as well, under the version of the contract: a plugin that wants a newer one needs a newer host.
    private const string PlatformAssembly = "QwenCode.Platform";

    /// <summary>Reads an assembly's metadata.</summary>
    /// <exception cref="PluginFaultException">The file is no whole .NET assembly, or cannot be read.</exception>
    public static PluginMetadata Read(string path, IReadOnlyList<IPluginDialect> dialects)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var image = new PEReader(file);
            if (!image.HasMetadata)
            {
                throw NotAnAssembly(path, "it holds native code only.");
            }

            if (image.PEHeaders.SectionHeaders.Any(section => section.PointerToRawData + (long)section.SizeOfRawData > file.Length))
            {
                throw NotAnAssembly(path, "it is only the beginning of one.");
            }

            var reader = image.GetMetadataReader();
            if (!reader.IsAssembly)
            {
                throw NotAnAssembly(path, "it is a module without an assembly.");
            }

            var assembly = reader.GetAssemblyDefinition();
            return new(
                reader.GetString(assembly.Name),
                assembly.Version,
                reader.GetGuid(reader.GetModuleDefinition().Mvid),
                FindContract(reader),
                FindToolTypes(reader, dialects));
        }
        catch (BadImageFormatException exception)
        {
            throw NotAnAssembly(path, "it has no valid header or metadata.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PluginFaultException(
                new(PluginFaultReason.Unreadable, path, $"The file cannot be read: {exception.Message}",
                    "Check that it exists and who may read it."), exception);
        }
    }

    /// <summary>Reads the name of an assembly and the names it references.</summary>
    /// <returns><c>null</c> for a file that is no whole assembly: native code, for example.</returns>
    public static AssemblyReferences? ReadReferences(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var image = new PEReader(file);
            if (!image.HasMetadata || image.GetMetadataReader() is not { IsAssembly: true } reader)
            {
                return null;
            }

            return new(
                reader.GetAssemblyDefinition().GetAssemblyName(),
                [.. reader.AssemblyReferences.Select(handle => reader.GetAssemblyReference(handle).GetAssemblyName())]);
        }
        catch (Exception exception) when (exception is BadImageFormatException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static PluginFaultException NotAnAssembly(string path, string why, Exception? cause = null) =>
        new(new(PluginFaultReason.NotAnAssembly, path, $"This is no .NET assembly: {why}",
            "Copy the DLL again, or build it again."), cause);

    private static Version? FindContract(MetadataReader reader)
    {
        Version? contract = null;
        Version? platform = null;
        foreach (var handle in reader.AssemblyReferences)
        {
            var reference = reader.GetAssemblyReference(handle);
            if (reader.StringComparer.Equals(reference.Name, ContractAssembly))
            {
                contract = reference.Version;
            }
            else if (reader.StringComparer.Equals(reference.Name, PlatformAssembly))
            {
                platform = reference.Version;
            }
        }

        return contract is not null && platform > contract ? platform : contract;
    }

    private static List<string> FindToolTypes(MetadataReader reader, IReadOnlyList<IPluginDialect> dialects)
    {
        var found = new List<string>();
        foreach (var handle in reader.TypeDefinitions)
        {
            var type = reader.GetTypeDefinition(handle);
            if (HasMark(reader, type.GetCustomAttributes(), dialects, static (dialect, name) => dialect.MarksClass(name))
                || type.GetMethods().Any(method =>
                    HasMark(reader, reader.GetMethodDefinition(method).GetCustomAttributes(), dialects,
                        static (dialect, name) => dialect.MarksMethod(name))))
            {
                found.Add(FullName(reader, type));
            }
        }

        return found;
    }

    private static bool HasMark(
        MetadataReader reader, CustomAttributeHandleCollection attributes, IReadOnlyList<IPluginDialect> dialects,
        Func<IPluginDialect, string, bool> marks)
    {
        foreach (var handle in attributes)
        {
            if (AttributeName(reader, reader.GetCustomAttribute(handle)) is { } name && dialects.Any(dialect => marks(dialect, name)))
            {
                return true;
            }
        }

        return false;
    }

    private static string? AttributeName(MetadataReader reader, CustomAttribute attribute)
    {
        var type = attribute.Constructor.Kind switch
        {
            HandleKind.MemberReference => reader.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent,
            HandleKind.MethodDefinition => reader.GetMethodDefinition((MethodDefinitionHandle)attribute.Constructor).GetDeclaringType(),
            _ => default,
        };
        return type.Kind switch
        {
            HandleKind.TypeReference => reader.GetTypeReference((TypeReferenceHandle)type) is var reference
                ? $"{reader.GetString(reference.Namespace)}.{reader.GetString(reference.Name)}"
                : null,
            HandleKind.TypeDefinition => FullName(reader, reader.GetTypeDefinition((TypeDefinitionHandle)type)),
            _ => null,
        };
    }

    private static string FullName(MetadataReader reader, TypeDefinition type)
    {
        var name = reader.GetString(type.Name);
        if (type.GetDeclaringType() is { IsNil: false } outer)
        {
            return $"{FullName(reader, reader.GetTypeDefinition(outer))}+{name}";
        }

        var space = reader.GetString(type.Namespace);
        return space.Length == 0 ? name : $"{space}.{name}";
    }
}
