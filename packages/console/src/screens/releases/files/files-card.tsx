/** The files of a release with the digests that were signed: what a download is held against. */
import type { ReleaseInFull } from '../../../api/operator-api.gen.ts'
import { Command } from '../../../pieces/command.tsx'
import { say } from '../../../words/say.tsx'

export function FilesCard({ release }: { readonly release: ReleaseInFull }) {
  const { path, length, sha256, sha512, installedSize, chunks, sbom } = release
  return (
    <section class="card" aria-labelledby="files">
      <h2 id="files">{say('release.files')}</h2>
      <dl class="facts">
        <dt>{say('release.artifact')}</dt>
        <dd class="stack">
          <code>{path}</code>
          <span>{say('release.bytes', { count: length })}</span>
          <Digest name="SHA-256" hex={sha256} />
          {sha512 !== undefined && <Digest name="SHA-512" hex={sha512} />}
        </dd>
        <dt>{say('release.installedSize')}</dt>
        <dd>{say('release.bytes', { count: installedSize })}</dd>
        <dt>{say('release.chunks')}</dt>
        <dd class="stack">
          <code>{chunks.path}</code>
          <Digest name="SHA-256" hex={chunks.sha256} />
        </dd>
        <dt>{say('release.sbom')}</dt>
        <dd class="stack">
          <code>{sbom.path}</code>
          <Digest name="SHA-256" hex={sbom.sha256} />
        </dd>
      </dl>
      <p class="quiet">{say('release.compareDigest')}</p>
      <Command text={`sha256sum ${path.split('/').at(-1)}`} />
    </section>
  )
}

function Digest({ name, hex }: { readonly name: string; readonly hex: string }) {
  return (
    <span>
      <span class="quiet">{name}</span> <code>{hex}</code>
    </span>
  )
}
