// Of the WebWorker library, which a program with the DOM's cannot have beside it.
interface FileSystemSyncAccessHandle {
  truncate(size: number): void;
  getSize(): number;
  write(bytes: Uint8Array<ArrayBuffer>, options?: { readonly at: number }): number;
  flush(): void;
  close(): void;
}
interface FileSystemFileHandle {
  createSyncAccessHandle(): Promise<FileSystemSyncAccessHandle>;
}
