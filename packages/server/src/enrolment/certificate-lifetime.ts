/** protocol §10 */
export const DEVICE_CERTIFICATE_LIFETIME_SECONDS = 365 * 86_400
