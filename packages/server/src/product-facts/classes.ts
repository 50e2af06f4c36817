/** Annex III and IV of Regulation (EU) 2024/2847: what makes a product important or critical. Words shortened; the numbers are the law's. */

export const PRODUCT_CLASSES = ['default', 'important-1', 'important-2', 'critical'] as const
export type ProductClass = (typeof PRODUCT_CLASSES)[number]

interface Category {
  readonly title: string
  readonly of: Exclude<ProductClass, 'default'>
}

const important1 = (title: string): Category => ({ title, of: 'important-1' })
const important2 = (title: string): Category => ({ title, of: 'important-2' })
const critical = (title: string): Category => ({ title, of: 'critical' })

export const CATEGORIES = {
  'III-I-1': important1('Identity management and privileged access management, access readers'),
  'III-I-2': important1('Standalone and embedded browsers'),
  'III-I-3': important1('Password managers'),
  'III-I-4': important1('Software that searches for, removes or quarantines malicious software'),
  'III-I-5': important1('Products with the function of a virtual private network'),
  'III-I-6': important1('Network management systems'),
  'III-I-7': important1('Security information and event management systems'),
  'III-I-8': important1('Boot managers'),
  'III-I-9': important1('Public key infrastructure and certificate issuance software'),
  'III-I-10': important1('Physical and virtual network interfaces'),
  'III-I-11': important1('Operating systems'),
  'III-I-12': important1('Routers, modems for the connection to the internet, and switches'),
  'III-I-13': important1('Microprocessors with security-related functionalities'),
  'III-I-14': important1('Microcontrollers with security-related functionalities'),
  'III-I-15': important1('ASICs and FPGAs with security-related functionalities'),
  'III-I-16': important1('Smart home general purpose virtual assistants'),
  'III-I-17': important1('Smart home products with security functionalities'),
  'III-I-18': important1('Internet connected toys with social or location tracking features'),
  'III-I-19': important1('Personal wearables for health monitoring, or for children'),
  'III-II-1': important2('Hypervisors and container runtime systems'),
  'III-II-2': important2('Firewalls, intrusion detection and prevention systems'),
  'III-II-3': important2('Tamper-resistant microprocessors'),
  'III-II-4': important2('Tamper-resistant microcontrollers'),
  'IV-1': critical('Hardware devices with security boxes'),
  'IV-2': critical('Smart meter gateways and other devices for advanced security purposes'),
  'IV-3': critical('Smartcards or similar devices, including secure elements'),
} as const satisfies Readonly<Record<string, Category>>

export type CategoryId = keyof typeof CATEGORIES
export const CATEGORY_IDS = Object.keys(CATEGORIES) as [CategoryId, ...CategoryId[]]

/** Art. 32, Annex VIII; the last is a European cybersecurity certification scheme (Art. 27(9)). */
export const PROCEDURES = ['A', 'B+C', 'H', 'certification'] as const
export type Procedure = (typeof PROCEDURES)[number]

/** Art. 32(2) to (5): the maker's own word (A) is not enough above class I, but for free software. */
export function isOpenTo(procedure: Procedure, of: ProductClass, isFreeSoftware: boolean): boolean {
  if (procedure !== 'A') return true
  if (of === 'critical') return false
  return of !== 'important-2' || isFreeSoftware
}
