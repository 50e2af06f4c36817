/** Where metadata and small target files come from. Nothing that comes is believed. */
import type { HttpsClient } from '../connection/https-client.ts'

export interface MetadataSource {
  /**
   * The file at `path`, which is percent-encoded and relative to the source's folder.
   * NOT_FOUND when it does not exist, which ends the root chain (TUF 5.3.3); LENGTH_EXCEEDED as
   * soon as more than `maxBytes` arrive or are announced; another TransferError when it cannot be had now.
   */
  fetch(path: string, maxBytes: number): Promise<Uint8Array>
}

/** Files below `baseUrl`, over the agent's own connection with its limits (protocol §9). */
export function httpsMetadataSource(
  client: Pick<HttpsClient, 'fetch'>,
  baseUrl: string,
): MetadataSource {
  const base = folderUrl(baseUrl)
  return { fetch: (path, maxBytes) => client.fetch(base + path, { maxBytes }) }
}

/** A URL without its final slash would lose its last folder when a path is appended. */
export function folderUrl(url: string): string {
  return url.endsWith('/') ? url : `${url}/`
}
