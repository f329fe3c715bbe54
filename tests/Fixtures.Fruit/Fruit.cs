using System.Globalization;
using System.Reflection;
using System.Resources;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Text.Json;
using Fixtures.Seeds;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using QwenCode.Plugins;
using QwenCode.Tools;

namespace Fixtures.Fruit;

/// <summary>What a plugin may expect of the loader it is loaded with, one tool for each expectation.</summary>
public static class Fruit
{
    private static readonly ResourceManager Strings = new("Fixtures.Fruit.Strings", typeof(Fruit).Assembly);

    [Tool("flavour")]
    public static string Flavour(string culture) => Strings.GetString("Flavour", new CultureInfo(culture)) ?? "nothing";

    /// <summary>Says for each type whether its assembly is the host's or the plugin's own.</summary>
    [Tool("origins")]
    public static string Origins()
    {
        var own = ContextOf(typeof(Fruit).Assembly);
        var types = new[] { typeof(Tool), typeof(AIFunction), typeof(ILogger), typeof(JsonSerializer), typeof(ISeed), typeof(Fruit) };
        return string.Join(' ', types.Select(type => $"{type.Name}:{Whose(ContextOf(type.Assembly))}"));

        string Whose(AssemblyLoadContext? context) => context == AssemblyLoadContext.Default ? "host" : context == own ? "own" : "other";
    }

    /// <summary>Loads a plugin of its own, which shares a contract with this one that the host does not have.</summary>
    [Tool("sprouts")]
    public static string Sprouts()
    {
        var inner = new InnerContext();
        try
        {
            var path = Path.Combine(Path.GetDirectoryName(typeof(Fruit).Assembly.Location)!, "inner", "Fixtures.Sprout.dll");
            var sprout = inner.LoadFromAssemblyPath(path).GetType("Fixtures.Sprout.Sprout", throwOnError: true)!;
            return ((ISeed)Activator.CreateInstance(sprout)!).Grow();
        }
        finally
        {
            inner.Unload();
        }
    }

    /// <summary>Computes CRC-32 in a native library, which is looked up as for DllImport.</summary>
    [Tool("checksum")]
    public static unsafe string Checksum(string library, string text)
    {
        var loaded = NativeLibrary.Load(library, typeof(Fruit).Assembly, null);
        var function = (delegate* unmanaged<uint, byte*, int, uint>)NativeLibrary.GetExport(loaded, "CompressionNative_Crc32");
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        fixed (byte* first = bytes)
        {
            return function(0, first, bytes.Length).ToString("x8", CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Does what no plugin that wants to be unloaded may do.</summary>
    [Tool("cling")]
    public static string Cling()
    {
        AppDomain.CurrentDomain.ProcessExit += static (_, _) => { };
        return "clinging";
    }

    private static AssemblyLoadContext? ContextOf(Assembly assembly) => AssemblyLoadContext.GetLoadContext(assembly);

    private sealed class InnerContext() : AssemblyLoadContext("inner", isCollectible: true)
    {
        protected override Assembly? Load(AssemblyName assemblyName) =>
            assemblyName.Name == "Fixtures.Seeds" ? typeof(ISeed).Assembly : null;
    }
}
