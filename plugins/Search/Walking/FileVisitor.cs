namespace QwenCode.Plugin.Search.Walking;

/// <summary>What is done with the files of a tree. Each thread of a walk has one of its own.</summary>
/// <typeparam name="TState">What it needs to know of a directory.</typeparam>
internal abstract class FileVisitor<TState> : IDisposable
{
    /// <summary>Says whether a file is of interest; asked before the ignore rules are.</summary>
    public abstract bool Wants(TState state, string file);

    /// <summary>Says whether anything in a directory can be of interest.</summary>
    public abstract bool TryEnter(TState state, string directory, out TState entered);

    /// <summary>Does what is to be done.</summary>
    public abstract void Visit(string directory, string file);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }
}
