/** Who signs a message and for whom it is: `iss` and `aud` (protocol §5.2, §6, §7). A device's own is its URN. */

/** `iss` of manifests and of commands. */
export const directorIssuer = (product: string) => `fleetward:${product}:director`
export const commandsIssuer = (product: string) => `fleetward:${product}:commands`
/** `iss` of the manifests in bundles: a key of the desk, not of the server (protocol §14). */
export const offlineDirectorIssuer = (product: string) => `fleetward:${product}:offline-director`
/** `aud` of reports. */
export const serverAudience = (product: string) => `fleetward:${product}:server`
/** `aud` of manifests and commands. */
export const cohortAudience = (product: string, cohort: string) => `${product}/cohorts/${cohort}`
export const deviceAudience = (product: string, device: string) => `${product}/devices/${device}`
/** `aud` of a bundle's manifest: every device of the product, or one. */
export const bundleAudience = (product: string, device?: string) =>
  device === undefined ? `${product}/bundles` : `${product}/bundles/${device}`
