using System.Collections.Frozen;

namespace QwenCode.Plugin.Lsp.Configuration;

/// <summary>The files of well-known languages, for entries that do not name theirs.</summary>
internal static class LanguageTable
{
    // "extension" or "extension=id" if the language's id for it is another.
    private static readonly FrozenDictionary<string, string> Rows = new Dictionary<string, string>
    {
        ["bash"] = "sh=shellscript bash=shellscript zsh=shellscript",
        ["c"] = "c h",
        ["clojure"] = "clj cljs cljc",
        ["cpp"] = "cpp cc cxx hpp hh hxx h",
        ["csharp"] = "cs",
        ["css"] = "css scss=scss less=less",
        ["dart"] = "dart",
        ["elixir"] = "ex exs",
        ["erlang"] = "erl hrl",
        ["fsharp"] = "fs fsi fsx",
        ["go"] = "go",
        ["haskell"] = "hs",
        ["html"] = "html htm",
        ["java"] = "java",
        ["javascript"] = "js mjs cjs jsx=javascriptreact",
        ["json"] = "json jsonc=jsonc",
        ["julia"] = "jl",
        ["kotlin"] = "kt kts",
        ["lua"] = "lua",
        ["markdown"] = "md",
        ["nix"] = "nix",
        ["ocaml"] = "ml mli",
        ["perl"] = "pl pm",
        ["php"] = "php",
        ["python"] = "py pyi",
        ["r"] = "r",
        ["ruby"] = "rb",
        ["rust"] = "rs",
        ["scala"] = "scala sc",
        ["shellscript"] = "sh bash zsh",
        ["sql"] = "sql",
        ["svelte"] = "svelte",
        ["swift"] = "swift",
        ["terraform"] = "tf tfvars",
        ["toml"] = "toml",
        ["typescript"] = "ts mts cts tsx=typescriptreact",
        ["vue"] = "vue",
        ["xml"] = "xml",
        ["yaml"] = "yaml yml",
        ["zig"] = "zig",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static IReadOnlyDictionary<string, string>? Find(string language) => Rows.TryGetValue(language, out var row)
        ? row.Split(' ').Select(static word => word.Split('='))
        .ToDictionary(static parts => "." + parts[0], parts => parts.Length > 1 ? parts[1] : language.ToLowerInvariant())
        : null;
}
