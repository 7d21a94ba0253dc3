import django.db.models.deletion
import gridward.gpkg.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('districts', '0001_districts'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReportCount',
            fields=[
                ('id', gridward.gpkg.ids.NodeAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.BinaryField(max_length=32)),
                ('hour', models.DateTimeField()),
                ('count', models.PositiveIntegerField(default=0)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='districts.district')),
            ],
            options={
                'indexes': [models.Index(fields=['hour'], name='report_count_hour')],
                'constraints': [models.UniqueConstraint(fields=('district', 'origin', 'hour'), name='report_count_once')],
            },
        ),
    ]
