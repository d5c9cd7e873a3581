"""Files that leave: lists for platforms, images, workbooks, reports."""
