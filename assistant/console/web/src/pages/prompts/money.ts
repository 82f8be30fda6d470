import { i18n } from "@/i18n";

/** An amount of US dollars, with as many digits as a small one needs. */
export function dollars(amount: number, language: string = i18n.global.locale.value): string {
  const small = amount > 0 && amount < 0.1;
  return new Intl.NumberFormat(language, {
    style: "currency",
    currency: "USD",
    ...(small ? { maximumSignificantDigits: 2 } : { minimumFractionDigits: 2, maximumFractionDigits: 2 }),
  }).format(amount);
}
