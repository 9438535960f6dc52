export function hashPasswords(
	passwords: { readonly admin: string | undefined; readonly viewer: string | undefined },
	options: { readonly digest: boolean },
): { readonly [Name in "adminPassword" | "viewerPassword"]?: string | undefined };
