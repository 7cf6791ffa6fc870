/** The product's mark: two arcs meeting. */
export function Mark({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 64 64" aria-hidden>
      <rect width="64" height="64" rx="14" fill="#3d4fc4" />
      <g fill="none" strokeWidth="7" strokeLinecap="round">
        <path d="M18 13.5A22.5 22.5 0 0 1 18 50.5" stroke="#fff" />
        <path d="M46 13.5A22.5 22.5 0 0 0 46 50.5" stroke="#aab5f7" />
      </g>
    </svg>
  )
}
