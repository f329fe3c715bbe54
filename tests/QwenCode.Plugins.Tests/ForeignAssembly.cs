using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace QwenCode.Plugins.Tests;

/// <summary>Writes an assembly that references a contract of any version; there is no compiler to ask for one.</summary>
internal static class ForeignAssembly
{
    public static void Write(string path, Version contract, Version? platform = null) =>
        Write(path, new Version(1, 0, 0, 0), "QwenCode.Abstractions", contract, platform);

    /// <summary>Writes an assembly that references another one, which need not exist.</summary>
    public static void Write(string path, Version version, string referenced, Version referencedVersion, Version? platform = null)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        var metadata = new MetadataBuilder();
        var reference = metadata.AddAssemblyReference(
            metadata.GetOrAddString(referenced), referencedVersion, default, default, default, default);
        if (platform is not null)
        {
            metadata.AddAssemblyReference(metadata.GetOrAddString("QwenCode.Platform"), platform, default, default, default, default);
        }

        var attribute = metadata.AddTypeReference(reference, metadata.GetOrAddString("QwenCode.Plugins"), metadata.GetOrAddString("PluginToolAttribute"));
        var signature = new BlobBuilder();
        new BlobEncoder(signature).MethodSignature(isInstanceMethod: true).Parameters(0, static returns => returns.Void(), static _ => { });
        var constructor = metadata.AddMemberReference(attribute, metadata.GetOrAddString(".ctor"), metadata.GetOrAddBlob(signature));

        metadata.AddModule(0, metadata.GetOrAddString(name + ".dll"), metadata.GetOrAddGuid(Guid.NewGuid()), default, default);
        metadata.AddAssembly(metadata.GetOrAddString(name), version, default, default, default, AssemblyHashAlgorithm.None);
        metadata.AddTypeDefinition(default, default, metadata.GetOrAddString("<Module>"), default, MetadataTokens.FieldDefinitionHandle(1), MetadataTokens.MethodDefinitionHandle(1));
        var marked = metadata.AddTypeDefinition(
            TypeAttributes.Public, metadata.GetOrAddString("Other"), metadata.GetOrAddString("Marked"), default, MetadataTokens.FieldDefinitionHandle(1), MetadataTokens.MethodDefinitionHandle(1));
        var value = new BlobBuilder();
        new BlobEncoder(value).CustomAttributeSignature(static _ => { }, static named => named.Count(0));
        metadata.AddCustomAttribute(marked, constructor, metadata.GetOrAddBlob(value));

        var image = new BlobBuilder();
        new ManagedPEBuilder(new PEHeaderBuilder(imageCharacteristics: Characteristics.Dll), new MetadataRootBuilder(metadata), new BlobBuilder()).Serialize(image);
        File.WriteAllBytes(path, image.ToArray());
    }
}
